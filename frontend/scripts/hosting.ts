/** What Vercel makes of a request by vercel.json, by its own routing library: for the tests, and for `serve.ts`. */
import { getTransformedRoutes, type Rewrite } from "@vercel/routing-utils";

export type Config = { rewrites: Rewrite[]; headers: []; trailingSlash: boolean };
/** A file of the build, another address, or neither. */
export type Answer = { status: number; headers: Record<string, string>; file?: string; elsewhere?: string };

type Rule = { src?: string; dest?: string; headers?: Record<string, string>; continue?: boolean; status?: number };

/** Headers of all that fit, then files as they are, then the first rewrite that fits. */
export function createHosting({ rewrites, headers, trailingSlash }: Config, isFile: (path: string) => boolean) {
  const { routes, error } = getTransformedRoutes({ rewrites, headers, trailingSlash });
  if (error) throw new Error(error.message);
  const rules = (routes ?? []) as Rule[];

  return (path: string): Answer => {
    const answer: Answer = { status: 404, headers: {} };
    for (const rule of rules) {
      if ("handle" in rule) {
        if (isFile(path)) return { ...answer, status: 200, file: path };
        continue;
      }
      const found = new RegExp(rule.src as string).exec(path);
      if (!found) continue;
      const filled = (text: string) => text.replace(/\$(\d)/g, (_, group) => found[Number(group)] ?? "");
      for (const [name, value] of Object.entries(rule.headers ?? {})) answer.headers[name] = filled(value);
      if (rule.continue) continue;
      if (rule.status) return { ...answer, status: rule.status };
      const to = filled(rule.dest as string);
      return { ...answer, status: 200, ...(/^https?:/.test(to) ? { elsewhere: to } : { file: to }) };
    }
    return answer;
  };
}
