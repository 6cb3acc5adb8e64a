/**
 * Serves the built application as Vercel would, headers and all, in front of an API that runs here:
 *
 *   node scripts/serve.ts 4173 http://127.0.0.1:5000
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { extname, join } from "node:path";
import { type Config, createHosting } from "./hosting.ts";

const [port = "4173", api = "http://127.0.0.1:5000"] = process.argv.slice(2);
const root = join(import.meta.dirname, "..");
const dist = join(root, "app", "dist");
const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".txt": "text/plain",
};

const isFile = (path: string) => existsSync(join(dist, path)) && statSync(join(dist, path)).isFile();
const answer = createHosting(JSON.parse(readFileSync(join(root, "vercel.json"), "utf8")) as Config, isFile);

function pass(from: IncomingMessage, to: ServerResponse): void {
  const { method, headers, url } = from;
  const asked = request(new URL(url as string, api), { method, headers } as object, (told) => {
    to.writeHead(told.statusCode as number, told.headers);
    told.pipe(to);
  });
  asked.on(
    "error",
    () => to.headersSent || to.writeHead(502, { "Content-Type": "text/plain" }).end("Bad gateway"),
  );
  from.pipe(asked);
}

createServer((from, to) => {
  const { pathname } = new URL(from.url as string, "http://localhost");
  // Of a path that leads out of the build nothing is served: URL has resolved its dots.
  const { status, headers, file, elsewhere } = answer(pathname);
  if (elsewhere) return pass(from, to);
  if (!file) return to.writeHead(status, headers).end();
  to.writeHead(status, { "Content-Type": types[extname(file)] ?? "application/octet-stream", ...headers });
  to.end(readFileSync(join(dist, file)));
}).listen(Number(port), "localhost", () => console.log(`http://localhost:${port}`));
