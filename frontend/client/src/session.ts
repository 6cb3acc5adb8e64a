import { KEY, MARK, openShelf, random, type Shelf, TOKEN } from "./browser.ts";
import { AuthflowError, type Code } from "./error.ts";
import type { Delivery, Pair, User } from "./types.ts";

export type Options = {
  /** Where the API is, `https://api.example.com`; by default behind this page's own origin. */
  url?: string | undefined;
  /** How the refresh token travels. `body` is for an API on another site, whose cookies a browser would drop. */
  delivery?: Delivery;
  /** With `body`: keep the refresh token in localStorage, where any script of the page can read it. */
  remember?: boolean;
  /** Ask the API once although this browser knows of no login: a cookie may come from another app of the domain. */
  asksAnyway?: boolean;
};

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
  declare mark: string | null | undefined;
  declare token: string | undefined;
  /** By this browser's clock, which may be wrong: it only saves the call that would be refused. */
  goodUntil = 0;
  heardAt = 0;
  readonly listeners = new Set<() => void>();
  /** The refresh under way, and the epoch it began in. */
  declare pending: Promise<void> | undefined;
  pendingSince = 0;
  declare readonly options: Options;
  declare readonly delivery: Delivery;
  declare readonly shelf: Shelf;

  constructor(options: Options) {
    this.options = options;
    this.delivery = options.delivery ?? "refresh-cookie";
    this.shelf = openShelf(options.remember || this.delivery !== "body");
  }

  show(session: Session): void {
    this.session = session;
    for (const listener of this.listeners) listener();
  }

  /** Looks at storage, if that was not done yet. */
  know(): void {
    if (this.mark === undefined) this.mark = this.shelf.read(MARK);
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
    // Another tab logged in meanwhile, and will be heard of: that is not to be undone.
    if (this.shelf.read(MARK) !== this.mark) return;
    this.turn(null);
    this.session = { status: "signedOut", reason };
    for (const name of [KEY, TOKEN, MARK]) this.shelf.write(name, null);
    this.show(this.session);
  }
}

export function changed(): AuthflowError {
  return new AuthflowError("session_changed", "Somebody else is logged in.");
}
