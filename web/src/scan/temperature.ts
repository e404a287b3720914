/** A temperature as it is typed on the big keys: digits alone, in the order in which a thermometer shows them. */

export const LEAST = 340;
export const MOST = 430;
/** Outside these a person may be, but the thermometer is more likely wrong: the guard is asked once more. */
const [USUAL_LEAST, USUAL_MOST] = [350, 415];

export type Reading = "empty" | "impossible" | "odd" | "fever" | "normal";

/** The digits after one more key. "6" and "5" are 36.5 as well as "3", "6" and "5": nobody has less than thirty degrees. */
export function press(entry: string, digit: number): string {
  if (isWhole(entry)) return press("", digit);
  if (entry === "" && digit < 3) return entry;
  return entry === "" && digit > 4 ? `3${digit}` : `${entry}${digit}`;
}

export const erase = (entry: string): string => (entry.length === 2 && entry[0] === "3" && Number(entry[1]) > 4 ? "" : entry.slice(0, -1));

export const isWhole = (entry: string): boolean => entry.length === 3;

/** Tenths of a degree, or null while digits are missing. */
export const tenthsOf = (entry: string): number | null => (isWhole(entry) ? Number(entry) : null);

export const entryOf = (tenths: number): string => String(tenths).padStart(3, "0");

/** `36.5`; a dash for each digit that is still missing. */
export function shown(entry: string): string {
  const [tens, units, tenth] = entry.padEnd(3, "–");
  return `${tens}${units}.${tenth}`;
}

export function readingOf(tenths: number | null, feverTenths: number): Reading {
  if (tenths === null) return "empty";
  if (tenths < LEAST || tenths > MOST) return "impossible";
  if (tenths < USUAL_LEAST || tenths > USUAL_MOST) return "odd";
  return tenths >= feverTenths ? "fever" : "normal";
}
