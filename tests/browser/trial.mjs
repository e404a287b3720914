/**
 * Builds the scanner's engine by itself for trials in a browser: `node tests/browser/trial.mjs FILE READER`.
 *
 * The page of the trial is of the product's own origin and has its IndexedDB, its locks and its server; only the screens are missing.
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const [out, reader] = process.argv.slice(2);
await build({
  stdin: {
    contents: 'import { openEngine } from "./web/src/scan/engine"; globalThis.openEngine = openEngine;',
    resolveDir: join(dirname(fileURLToPath(import.meta.url)), "../.."),
  },
  bundle: true,
  format: "esm",
  target: ["chrome100"],
  define: { READER: JSON.stringify(reader) },
  outfile: out,
  logLevel: "warning",
});
