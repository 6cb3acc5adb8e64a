export { type Authflow, createAuthflow, type Options } from "./authflow.ts";
