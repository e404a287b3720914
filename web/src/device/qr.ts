/**
 * A QR code as the path of an SVG: alphanumeric mode, level M, at most version 12.
 *
 * Drawn by `uqr` (MIT, 3.9 kB compressed; it finds the alphanumeric mode by itself; `qr` does the same with 6.1 kB).
 */

import { encode } from "uqr";

/** 65 modules a side: what a wet screen at arm's length still gives a scanner. */
export const LARGEST_VERSION = 12;
/** Modules of white around it, as the standard demands. */
export const QUIET = 4;

export interface Drawing {
  /** Modules a side, without the quiet zone. */
  readonly size: number;
  readonly path: string;
}

/** Throws where the text does not fit into version 12. */
export function drawQr(text: string): Drawing {
  const code = encode(text, { ecc: "M", boostEcc: false, border: 0, maxVersion: LARGEST_VERSION });
  return { size: code.size, path: code.data.map(rowPath).join("") };
}

/** The dark runs of a row, one rectangle each. */
function rowPath(row: readonly boolean[], y: number): string {
  let path = "";
  for (let x = 0; x < row.length; x += 1) {
    if (!row[x]) continue;
    const start = x;
    while (row[x + 1]) x += 1;
    path += `M${start + QUIET} ${y + QUIET}h${x - start + 1}v1h-${x - start + 1}z`;
  }
  return path;
}
