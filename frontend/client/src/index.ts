export { type Authflow, createAuthflow } from "./authflow.ts";
export { AuthflowError, type Code } from "./error.ts";
export type { Options, Reason, Session } from "./session.ts";
export type * from "./types.ts";
