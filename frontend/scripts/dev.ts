/** What `authflow dev` starts: Vite with the application on that port, for as long as somebody holds our input. */

import { createServer } from "vite";

const [port] = process.argv.slice(2);
const server = await createServer({
  root: "app",
  clearScreen: false,
  logLevel: "warn",
  server: { port: Number(port) },
});
await server.listen();
// Whoever started us is gone, if by a kill -9.
process.stdin.on("end", () => process.exit()).resume();
