/** Lays a brotli and a gzip form beside every text and program of the built pages; WhiteNoise gives whichever a browser takes. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const KINDS = new Set([".js", ".css", ".json", ".svg", ".wasm"]);
/** Bytes that fit into one packet as they are. */
const SMALLEST = 1200;
/** @type {Record<string, (content: Buffer) => Promise<Buffer>>} */
const FORMS = {
  ".br": (content) => promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }),
  ".gz": (content) => promisify(gzip)(content, { level: 9 }),
};

/** @param {string} folder */
export async function compress(folder) {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !KINDS.has(extname(entry.name))) continue;
    const file = join(entry.parentPath, entry.name);
    const content = await readFile(file);
    if (content.length < SMALLEST) continue;
    await Promise.all(Object.entries(FORMS).map(async ([suffix, form]) => writeFile(file + suffix, await form(content))));
  }
}
