export { type Authflow, createAuthflow, type Options } from "./authflow.ts";
export { AuthflowError, type Code } from "./error.ts";
export type { Reason, Session } from "./session.ts";
export type * from "./types.ts";
