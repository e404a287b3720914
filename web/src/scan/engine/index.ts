/** The scanner's engine: everything below the screens. */

export type * from "./types";
export { Trouble } from "./types";
export { openEngine } from "./engine";
