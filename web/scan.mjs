/**
 * Builds the scanner's page: files whose names hold the hash of what is in them, the reader of codes with its WebAssembly, and
 * files.json, which lists them with their hashes.
 *
 * The server puts that list, with the pages that it makes itself, before the service worker's script. The reading worker and its
 * WebAssembly have addresses under /scan/, because only there a browser is allowed to compile WebAssembly.
 */
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

import { saidBy } from "./said.mjs";

const here = dirname(fileURLToPath(import.meta.url));
/** The address of the page; what is under it is served by yimatong.edges.web.scanner.page. */
const HOME = "/scan/";
const WASM = createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm");
/** @type {import("esbuild").BuildOptions} */
const COMMON = {
  bundle: true,
  minify: true,
  target: ["chrome100", "firefox100", "safari15.4"],
  legalComments: "eof",
  logLevel: "warning",
  jsx: "automatic",
  jsxImportSource: "preact",
};
/** The drawings keep their names: phones remember the address of an installed page's icon. */
const ICONS = join(here, "src/scan/icons");

/** @param {string} out the folder */
export async function buildScan(out) {
  /** @type {Record<string, { name: string, hash: string }>} */
  const files = {};
  const wasm = await readFile(WASM);
  files.wasm = { name: `reader-${hashed(wasm)}.wasm`, hash: hashed(wasm) };
  await build({
    ...COMMON,
    entryPoints: { reader: join(here, "src/scan/reading/worker.ts") },
    define: { READER_WASM: JSON.stringify(HOME + files.wasm.name) },
    outdir: out,
    format: "iife",
  });
  const reader = await readFile(join(out, "reader.js"));
  files.reader = { name: `reader-${hashed(reader)}.js`, hash: hashed(reader) };
  await Promise.all([writeFile(join(out, files.wasm.name), wasm), writeFile(join(out, files.reader.name), reader)]);
  const made = await build({
    ...COMMON,
    entryPoints: { scan: join(here, "src/scan/main.tsx"), style: join(here, "src/style/scan.css") },
    define: { READER: JSON.stringify(HOME + files.reader.name) },
    entryNames: "[name]-[hash]",
    outdir: out,
    format: "esm",
    metafile: true,
    plugins: [saidBy("scan")],
  });
  await build({ ...COMMON, entryPoints: { sw: join(here, "src/scan/worker.ts") }, outdir: out, format: "iife" });
  const names = Object.keys(made.metafile?.outputs ?? {}).map((path) => path.slice(path.lastIndexOf("/") + 1));
  for (const name of names.sort()) files[extname(name).slice(1)] = { name, hash: hashed(await readFile(join(out, name))) };
  for (const name of await readdir(ICONS)) await writeFile(join(out, name), await readFile(join(ICONS, name)));
  await writeFile(join(out, "files.json"), JSON.stringify(files, null, 2));
}

/** @param {Uint8Array} bytes */
const hashed = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 16);
