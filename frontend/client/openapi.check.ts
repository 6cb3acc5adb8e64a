/**
 * Only compiled: what `src` says by hand is what the API describes of itself, to the field, in both directions.
 * `openapi.generated.ts` is made of `authflow openapi` before each check, and never committed.
 */
import type { components, operations } from "./openapi.generated.ts";
import type { Code } from "./src/error.ts";
import type * as ours from "./src/types.ts";

type Schemas = components["schemas"];
type WithSuccess<T> = T & { success: true };

/** Fails to compile unless both are the same, and both are something. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? (0 extends 1 & (A | B) ? never : true) : never) : never;
const same = <_A, _B>(_: Same<_A, _B>): void => undefined;

type Answer<
  Name extends keyof operations,
  Status extends keyof operations[Name]["responses"],
> = operations[Name]["responses"][Status] extends { content: { "application/json": infer Body } } ? Body : never;
type Query<Name extends keyof operations> = NonNullable<operations[Name]["parameters"]["query"]>;

// What goes out. `userEmail` is how the article series calls `email`; the client has one name for it.
same<ours.Registration, Schemas["RegisterIn"]>(true);
same<ours.Login & { delivery: ours.Delivery | "cookies" }, Required<Schemas["LoginIn"]>>(true);
same<ours.Proof, Without<Schemas["VerificationIn"], "delivery">>(true);
same<ours.AskedAgain, Schemas["AskedAgainIn"]>(true);
same<ours.Reset, Schemas["ResetIn"]>(true);
same<{ email: string } | { userEmail: string }, Schemas["ForgotIn"]>(true);
same<ours.PasswordChange, Schemas["PasswordChangeIn"]>(true);
same<ours.EmailChange, Schemas["EmailChangeIn"]>(true);
same<{ username: string }, Schemas["ProfileIn"]>(true);
same<{ password: string }, Schemas["DeletionIn"]>(true);
same<{ refreshToken?: string }, Schemas["RefreshTokenIn"]>(true);

// What comes back.
same<ours.User, Schemas["User"]>(true);
same<WithSuccess<ours.Pair>, Schemas["LoggedInOut"]>(true);
same<WithSuccess<{ user: ours.User }>, Schemas["UserOut"]>(true);
same<WithSuccess<ours.Said>, Schemas["MessageOut"]>(true);
same<WithSuccess<ours.VerificationRequested>, Schemas["VerificationRequestedOut"]>(true);
same<WithSuccess<ours.Registered>, Answer<"accounts_create", 201> | Answer<"accounts_create", 202>>(true);
same<ours.Device, Schemas["Session"]>(true);
same<WithSuccess<ours.Devices>, Answer<"devices_list_sessions", 200>>(true);
same<ours.SecurityEvent, Schemas["Event"]>(true);
same<ours.EventType, Schemas["EventType"]>(true);
same<WithSuccess<ours.SecurityEvents>, Answer<"devices_list_events", 200>>(true);
same<ours.Page, Query<"devices_list_events">>(true);
same<ours.Page, Query<"devices_list_sessions">>(true);

// Every code of every refusal. What is said where no route is described, and what the client adds, is not there.
type Refusals = {
  [Name in keyof operations]: operations[Name]["responses"][keyof operations[Name]["responses"]] extends infer Any
    ? Any extends { content: { "application/json": { success: false; code: infer Of extends string } } }
      ? Of
      : never
    : never;
}[keyof operations];
type Undescribed = "forbidden" | "malformed_request" | "method_not_allowed";
type Added = "unreachable" | "not_the_api" | "session_changed";
same<Exclude<Code, Undescribed | Added>, Refusals>(true);

type Without<Union, Field extends PropertyKey> = Union extends unknown ? Omit<Union, Field> : never;
