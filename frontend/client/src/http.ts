import { AuthflowError, type Code } from "./error.ts";
import type { SessionState } from "./session.ts";

export type Call = {
  /** None, where it is empty. */
  body?: object | "" | null;
  token?: string | undefined;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
  /** Given, whichever it is, where the answer sets a cookie: aborted, it would be lost. Others end after a while. */
  keepalive?: boolean;
};

/** Longer than the API ever takes. */
const PATIENCE = 15_000;

/** One call of the API. */
export async function http<T>(state: SessionState, method: string, path: string, call: Call = {}): Promise<T> {
  const root = (state.options.url ?? "").replace(/\/+$/, "");
  const { body, token, headers, signal, keepalive } = call;
  try {
    const answer = await fetch(`${root}/api/auth${path}`, {
      method,
      // A stray cookie must not decide where none is wanted.
      credentials: state.delivery === "body" ? "omit" : "include",
      headers: {
        ...headers,
        ...(body && { "Content-Type": "application/json" }),
        ...(token && { Authorization: `Bearer ${token}` }),
      },
      body: body ? JSON.stringify(body) : null,
      keepalive: !!keepalive,
      signal: keepalive === undefined ? within(PATIENCE, signal) : null,
    });
    return read(answer, await answer.text()) as T;
  } catch (error) {
    if (error instanceof AuthflowError || signal?.aborted) throw error;
    throw new AuthflowError("unreachable", "The server did not answer.");
  }
}

function within(patience: number, signal?: AbortSignal): AbortSignal {
  const over = AbortSignal.timeout(patience);
  return signal ? AbortSignal.any([over, signal]) : over;
}

type Content = {
  success?: boolean;
  code?: Code;
  message: string;
  requestId?: string;
  registrationId?: string;
  errors?: Record<string, string[]>;
};

function read({ status, headers }: Response, text: string): Content {
  const content = parse(text);
  if (content?.success) return content;
  const retryAfter = Number(headers.get("Retry-After")) || undefined;
  if (content?.code) {
    const { code, message, requestId, registrationId, errors: fields } = content;
    throw new AuthflowError(code, message, status, { fields, retryAfter, registrationId, requestId });
  }
  // Of a proxy, in front of an API that is away or starts.
  if (status === 429 || status >= 500)
    throw new AuthflowError("unreachable", "The server did not answer.", 0, { retryAfter });
  throw new AuthflowError("not_the_api", "Not the API: set VITE_API_URL, or rewrite /api to it.");
}

function parse(text: string): Content | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
