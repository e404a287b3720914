/**
 * Builds the browser side into var/static/web (or the folder named on the command line): scripts, styles, maps.
 *
 * Each script is one file that needs no other: nothing is loaded from another host, and nothing at run time.
 */
import { copyFile, mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

import { compress } from "./compress.mjs";
import { buildKept } from "./kept.mjs";
import { buildScan } from "./scan.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(process.argv[2] ?? join(here, "..", "var", "static"), "web");

await rm(out, { recursive: true, force: true });
await mkdir(join(out, "maps"), { recursive: true });
await build({
  entryPoints: {
    office: join(here, "src/office.ts"),
    charts: join(here, "src/charts.ts"),
    style: join(here, "src/style/office.css"),
    resident: join(here, "src/resident.ts"),
    "resident-style": join(here, "src/style/resident.css"),
  },
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome100", "firefox100", "safari15.4"],
  legalComments: "eof",
  logLevel: "warning",
});
await copyFile(join(here, "src/icon.svg"), join(out, "icon.svg"));
await buildKept(join(out, "code"), "code");
await buildKept(join(out, "desk"), "desk");
await buildScan(join(out, "scan"));
const maps = join(here, "maps");
for (const name of await readdir(maps)) if (name.endsWith(".json")) await copyFile(join(maps, name), join(out, "maps", name));
await compress(out);
console.log(`built into ${out}`);
