export type Options = { url?: string | undefined };

export function createAuthflow(options: Options = {}) {
  return { url: options.url ?? "" };
}

export type Authflow = ReturnType<typeof createAuthflow>;
