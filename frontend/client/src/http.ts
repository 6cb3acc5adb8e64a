import { AuthflowError, type Code, type Details } from "./error.ts";

export type Call = {
  body?: object | undefined;
  token?: string | undefined;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
  keepalive?: boolean;
  /** It changes a cookie: aborted, the answer that sets it would be lost. */
  isPatient?: boolean;
};

/** Longer than the API ever takes. */
const PATIENCE = 15_000;

/** One call of the API. */
export async function http<T>(
  url: string,
  method: string,
  credentials: RequestCredentials,
  call: Call,
): Promise<T> {
  const { body, token, headers, signal, keepalive = false, isPatient } = call;
  const limits = [signal, !isPatient && AbortSignal.timeout(PATIENCE)].filter((each) => !!each);
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(url, {
      method,
      credentials,
      keepalive,
      headers: {
        ...headers,
        ...(body && { "Content-Type": "application/json" }),
        ...(token && { Authorization: `Bearer ${token}` }),
      },
      body: body ? JSON.stringify(body) : null,
      signal: limits[0] ? AbortSignal.any(limits) : null,
    });
    text = await answer.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new AuthflowError("unreachable", "The server did not answer.");
  }
  return read(answer, text) as T;
}

function read(answer: Response, text: string): unknown {
  const { status, headers } = answer;
  const retryAfter = Number(headers.get("Retry-After")) || undefined;
  const details: Details = retryAfter ? { retryAfter } : {};
  const content = parse(text);
  if (content?.success) return content;
  if (content?.code) throw refused(content, status, details);
  // Of a proxy, in front of an API that is away or starts.
  if (status === 429 || status >= 500) throw new AuthflowError("unreachable", "The server is away.", 0, details);
  throw new AuthflowError(
    "not_the_api",
    `${answer.url} is not the API: set VITE_API_URL, or rewrite /api to it before the page's own fallback.`,
  );
}

type Content = { success?: boolean; code?: Code; message: string; requestId: string; registrationId?: string } & {
  errors?: Record<string, string[]>;
};

function refused(content: Content, status: number, details: Details): AuthflowError {
  const { code, message, requestId, registrationId, errors } = content;
  return new AuthflowError(code as Code, message, status, {
    ...details,
    requestId,
    ...(errors && { fields: errors }),
    ...(registrationId && { registrationId }),
  });
}

function parse(text: string): Content | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
