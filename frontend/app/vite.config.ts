import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig } from "vite";

// `authflow dev` says where its API listens.
const api = process.env.AUTHFLOW_API ?? "http://localhost:5000";
const proxy = { "/api": api, "/docs": api, "/openapi.json": api };

export default defineConfig({
  plugins: [react(), tailwind()],
  // The client's own TypeScript, not what was built of it.
  resolve: { conditions: ["authflow-source", ...defaultClientConditions] },
  // Another port would be another origin, which the API refuses.
  server: { port: 5173, strictPort: true, proxy },
  preview: { port: 4173, strictPort: true, proxy },
  // Under a strict Content-Security-Policy there is neither an inline script nor a data: URL.
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});
