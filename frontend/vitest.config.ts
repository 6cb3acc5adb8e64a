import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["authflow-source"] },
  ssr: { resolve: { conditions: ["authflow-source"] } },
  test: {
    include: ["{client,app}/tests/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    unstubGlobals: true,
  },
});
