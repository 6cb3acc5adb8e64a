/**
 * What `make check` asks of the front end, side by side: format and lint; types, also against what the API
 * describes; tests; sizes. Says nothing but what failed.
 *
 *   node scripts/check.ts path/to/authflow
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const root = dirname(import.meta.dirname);
const bin = join(root, "node_modules", ".bin");
// Of each part, on a machine with much else to do.
const PATIENCE = 180_000;
const place = mkdtempSync(join(tmpdir(), "authflow-check-"));

async function run(program: string, ...given: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, given, {
    cwd: root,
    timeout: PATIENCE,
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

async function types(): Promise<void> {
  const description = join(place, "openapi.json");
  await writeFile(description, await run(process.argv[2] ?? "authflow", "openapi"));
  // A field with a default need not be given.
  const given = ["--default-non-nullable=false", "--output", "client/openapi.generated.ts"];
  await run(join(bin, "openapi-typescript"), description, ...given);
  await run(join(bin, "tsc"));
}

async function says(name: string, part: Promise<unknown>): Promise<void> {
  try {
    await part;
  } catch (error) {
    const { stdout = "", stderr = "", message } = error as { stdout?: string; stderr?: string; message: string };
    console.error(`\nfrontend, ${name}:\n${stdout}${stderr || (stdout ? "" : message)}`);
    process.exitCode = 1;
  }
}

try {
  await Promise.all([
    says("types", types()),
    says("format and lint", run(join(bin, "biome"), "ci", "--colors=off", ".")),
    says("tests", run(join(bin, "vitest"), "run", "--silent", "--reporter=dot")),
    says("sizes", run(process.execPath, "scripts/sizes.ts")),
  ]);
} finally {
  rmSync(place, { recursive: true });
}
