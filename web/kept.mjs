/**
 * Builds a page that a device keeps whole (the code page, the offline desk): files whose names hold the hash of what is in them, and files.json, which lists them with their hashes.
 *
 * The server puts that list, with the pages that it makes itself, before the service worker's script.
 */
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

import { saidBy } from "./said.mjs";

const here = dirname(fileURLToPath(import.meta.url));
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
/**
 * The drawings keep their names: phones remember the address of an installed page's icon.
 *
 * @param {string} out the folder
 * @param {string} page the page's folder in src, and the name of its style sheet
 */
export async function buildKept(out, page) {
  const icons = join(here, `src/${page}/icons`);
  const made = await build({
    ...COMMON,
    entryPoints: { [page]: join(here, `src/${page}/main.tsx`), style: join(here, `src/style/${page}.css`) },
    entryNames: "[name]-[hash]",
    outdir: out,
    format: "esm",
    metafile: true,
    plugins: [saidBy(page)],
  });
  await build({ ...COMMON, entryPoints: { sw: join(here, `src/${page}/worker.ts`) }, outdir: out, format: "iife" });
  const names = Object.keys(made.metafile?.outputs ?? {}).map((path) => path.slice(path.lastIndexOf("/") + 1));
  /** @type {Record<string, { name: string, hash: string }>} */
  const files = {};
  for (const name of names.sort()) files[extname(name).slice(1)] = { name, hash: hashed(await readFile(join(out, name))) };
  for (const name of await readdir(icons)) await writeFile(join(out, name), await readFile(join(icons, name)));
  await writeFile(join(out, "files.json"), JSON.stringify(files, null, 2));
}

/** @param {Uint8Array} bytes */
const hashed = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 16);
