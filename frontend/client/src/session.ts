import { KEY, MARK, random, type Shelf, TOKEN } from "./browser.ts";
import { AuthflowError, type Code } from "./error.ts";
import type { Pair, User } from "./types.ts";

/** `anonymous`: nobody was signed in. `here`, `elsewhere`: logged out in this tab, in another. Else what the API said. */
export type Reason = "anonymous" | "here" | "elsewhere" | Code;

export type Session =
  | { status: "restoring" }
  | { status: "signedIn"; user: User }
  | { status: "signedOut"; reason: Reason }
  | { status: "unreachable"; error: AuthflowError };

export const RESTORING: Session = { status: "restoring" };

/** Who is signed in, as this tab knows it. */
export class SessionState {
  session = RESTORING;
  /** Counts logins and log-outs: what began in an older epoch is thrown away. */
  epoch = 0;
  /** undefined: storage was not looked at yet. null: there was none. */
  mark: string | null | undefined;
  token: string | undefined;
  /** By this browser's clock, which may be wrong: it only saves the call that would be refused. */
  goodUntil = 0;
  heardAt = 0;
  readonly listeners = new Set<() => void>();
  /** The refresh under way. */
  pending: Promise<void> | undefined;
  readonly shelf: Shelf;

  constructor(shelf: Shelf) {
    this.shelf = shelf;
  }

  show(session: Session): void {
    this.session = session;
    for (const listener of this.listeners) listener();
  }

  /** Somebody else, or nobody, from here on. */
  turn(mark: string | null): void {
    this.epoch++;
    this.mark = mark;
    this.token = undefined;
  }

  begin(pair: Pair): void {
    this.turn(random());
    this.shelf.write(KEY, null);
    this.shelf.write(TOKEN, pair.refreshToken);
    // Last: it is what the other tabs wait for.
    this.shelf.write(MARK, this.mark as string);
    this.keep(pair);
  }

  keep({ accessToken, expiresIn, user }: Pair): void {
    this.token = accessToken;
    this.goodUntil = Date.now() + expiresIn * 1000;
    this.keepUser(user);
  }

  keepUser(user: User): void {
    this.heardAt = Date.now();
    this.show({ status: "signedIn", user });
  }

  end(reason: Reason): void {
    this.turn(null);
    this.session = { status: "signedOut", reason };
    for (const name of [KEY, TOKEN, MARK]) this.shelf.write(name, null);
    this.show(this.session);
  }
}

export function changed(): AuthflowError {
  return new AuthflowError("session_changed", "Somebody else is logged in.");
}
