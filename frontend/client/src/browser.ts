/** What tabs share, by name. The mark says that somebody is signed in, and changes with every login; it is no secret. */
export const MARK = "authflow";
/** The Idempotency-Key of a refresh whose answer did not come yet. */
export const KEY = "authflow.refresh";
/** The refresh token, where no cookie holds it and it shall outlive the page. */
export const TOKEN = "authflow.token";

export type Shelf = {
  read: (name: string) => string | null;
  write: (name: string, value: string | null | undefined) => void;
};

/** localStorage; where it is blocked or full, or nothing shall last, a memory that ends with the page. */
export function openShelf(lasting: boolean): Shelf {
  const memory = new Map<string, string | null | undefined>();
  let stored = lasting;
  return {
    read(name) {
      try {
        if (stored) return localStorage.getItem(name);
      } catch {
        stored = false;
      }
      return memory.get(name) ?? null;
    },
    write(name, value) {
      memory.set(name, value);
      try {
        if (stored) value ? localStorage.setItem(name, value) : localStorage.removeItem(name);
      } catch {
        stored = false;
      }
    },
  };
}

/** Calls `look` whenever another tab may have logged in or out: no timer, no channel. */
export function watch(look: () => void): () => void {
  const stop = new AbortController();
  for (const type of ["storage", "pageshow", "visibilitychange", "online"]) {
    addEventListener(
      type,
      (event) => {
        // Without a name: everything was cleared, or it is no change of storage.
        const isOurs = ((event as StorageEvent).key ?? MARK) === MARK;
        if (isOurs && (type !== "visibilitychange" || !document.hidden)) look();
      },
      { signal: stop.signal },
    );
  }
  return () => stop.abort();
}

/** Waits until no other tab works under the lock, but never longer than `patience`: then goes on without. */
export async function alone<T>(patience: number, work: () => Promise<T>): Promise<T> {
  let begun = false;
  const signal = AbortSignal.timeout(patience);
  try {
    // The signal ends the wait for the lock, not the work under it.
    return await navigator.locks.request(MARK, { signal }, () => {
      begun = true;
      return work();
    });
  } catch (error) {
    if (begun) throw error;
    // Waited long enough; or there are no locks, as over plain http.
    return work();
  }
}

/** 144 bits, in characters that a header may hold. */
export function random(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(18))));
}
