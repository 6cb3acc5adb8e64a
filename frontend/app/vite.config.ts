import { readFileSync } from "node:fs";
import { join } from "node:path";
import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig, type Plugin } from "vite";
import { refusals, whichApi } from "../scripts/deployment.ts";

// `authflow dev` says where its API listens.
const api = process.env.AUTHFLOW_API ?? "http://localhost:5000";
const proxy = { "/api": api, "/docs": api, "/openapi.json": api };

// A mailed link's secret goes to nobody, not even with the first files of its own page.
const headers = { "Referrer-Policy": "no-referrer" };

const shared = /app\/src\/(app|forms|parts|texts|verify)\//;

/** Says which API the build will call, and stops one that could reach none. */
const deployment: Plugin = {
  name: "authflow-deployment",
  apply: "build",
  buildStart() {
    const vercel = readFileSync(join(import.meta.dirname, "../vercel.json"), "utf8");
    const found = refusals(process.env, vercel);
    if (found.length) this.error(found.join("\n"));
    this.info(`The API: ${whichApi(process.env)}`);
  },
};

export default defineConfig({
  plugins: [react(), tailwind(), deployment],
  // The client's own TypeScript, not what was built of it.
  resolve: { conditions: ["authflow-source", ...defaultClientConditions] },
  // Another port would be another origin, which the API refuses.
  server: { port: 5173, strictPort: true, proxy, headers },
  preview: { port: 4173, strictPort: true, proxy, headers },
  build: {
    // Under a strict Content-Security-Policy there is neither an inline script nor a data: URL.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What several pages share comes as one file: less to fetch, and 6 KB smaller than in pieces.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "shared", test: shared }] } } },
  },
});
