/** What a visitor's browser loads, gzipped, against what we allow ourselves. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const place = mkdtempSync(join(tmpdir(), "authflow-sizes-"));
const gzipped = (file: string) => gzipSync(readFileSync(file), { level: 9 }).length;
const sum = (sizes: number[]) => sizes.reduce((total, size) => total + size, 0);

/** Both of its entrances in one file, as an application packs it. */
async function client(): Promise<number> {
  const entry = join(place, "entry.ts");
  const sources = ["index", "react"].map((name) => resolve("client/src", `${name}.ts`));
  writeFileSync(entry, sources.map((path) => `export * from ${JSON.stringify(path)};`).join(""));
  const outDir = join(place, "client");
  const lib = { entry, formats: ["es" as const], fileName: "client" };
  const rolldownOptions = { external: ["react"], output: { minify: true } };
  await build({ configFile: false, logLevel: "error", build: { outDir, target: "es2022", lib, rolldownOptions } });
  return sum(readdirSync(outDir).map((name) => gzipped(join(outDir, name))));
}

async function application(): Promise<(ending: string) => string[]> {
  const outDir = join(place, "app");
  await build({ root: "app", logLevel: "error", build: { outDir, emptyOutDir: true } });
  const assets = join(outDir, "assets");
  const files = readdirSync(assets).map((name) => join(assets, name));
  return (ending) => files.filter((name) => name.endsWith(ending));
}

try {
  const [ofClient, built] = [await client(), await application()];
  const measured: [string, number, number][] = [
    ["client", ofClient, 3],
    ["JavaScript", sum(built(".js").map(gzipped)), 135],
    ["CSS", sum(built(".css").map(gzipped)), 9],
    // Compressed in themselves.
    ["fonts", sum(built(".woff2").map((file) => readFileSync(file).length)), 32],
  ];
  for (const [name, size, limit] of measured) {
    console.log(`${name}: ${(size / 1024).toFixed(2)} of ${limit} KB`);
    if (size > limit * 1024) process.exitCode = 1;
  }
} finally {
  rmSync(place, { recursive: true });
}
