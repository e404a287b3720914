/** Where things go on a time line: plain arithmetic on minutes since 1970-01-01T00:00Z, no drawing. */

/** Something on a lane. `end` null: still open. A `point` has no length (a test, a declaration). */
export interface Item {
  start: number;
  end: number | null;
  kind: "bar" | "point";
  colour: "red" | "yellow" | "green" | "unknown" | "fact";
  /** What stands on the drawing. */
  label: string;
  /** What is said when the pointer rests on it. */
  text: string;
}

export interface Lane {
  label: string;
  items: Item[];
}

/** What the page hands over. `offset` is the zone's, in minutes; `asOf` the instant that was judged. */
export interface Timeline {
  offset: number;
  asOf: number;
  asOfLabel: string;
  nextChange: number | null;
  nextChangeLabel: string;
  lanes: Lane[];
}

export interface Tick {
  at: number;
  label: string;
}

export const DAY = 1440;

/** First and last minute to show: everything on the lanes, as_of and what comes next, in whole local days. */
export function domain(line: Timeline): [number, number] {
  const items = line.lanes.flatMap((lane) => lane.items);
  const instants = items.flatMap((item) => [item.start, item.end ?? line.asOf]);
  instants.push(line.asOf, line.nextChange ?? line.asOf);
  const midnight = (minute: number): number => Math.floor((minute + line.offset) / DAY) * DAY - line.offset;
  return [midnight(Math.min(...instants)), midnight(Math.max(...instants)) + DAY];
}

/** Turns minutes into pixels between `left` and `right`. */
export function scale([from, to]: [number, number], left: number, right: number): (minute: number) => number {
  const span = Math.max(1, to - from);
  return (minute) => left + ((Math.min(Math.max(minute, from), to) - from) / span) * (right - left);
}

/** Midnights to mark so that labels of `labelWidth` pixels never touch: every day, every second, every week and so on. */
export function ticks([from, to]: [number, number], offset: number, width: number, labelWidth = 44): Tick[] {
  const days = Math.round((to - from) / DAY);
  const room = Math.max(1, Math.floor(width / labelWidth));
  const step = [1, 2, 4, 7, 14, 28, 56, 112, 224, 448].find((every) => days / every <= room) ?? 896;
  const marks: Tick[] = [];
  for (let day = 0; day < days; day += step) {
    const at = from + day * DAY;
    marks.push({ at, label: dayLabel(at, offset) });
  }
  return marks;
}

/** Month and day, short: 2/15. */
export function dayLabel(minute: number, offset: number): string {
  const local = new Date((minute + offset) * 60_000);
  return `${local.getUTCMonth() + 1}/${local.getUTCDate()}`;
}

/** Where an item and its words lie, in pixels. `inside`: the words stand on the bar. */
export interface Place {
  left: number;
  right: number;
  inside: boolean;
  /** Left edge of the words. */
  words: number;
  /** Everything that no neighbour may touch. */
  from: number;
  to: number;
}

const LEAST_BAR = 3;
const GAP = 6;
const POINT = 7;

/** Places an item between 0 and `width`: its words on the bar when they fit, else after it, else before it. */
export function place(item: Item, x: (minute: number) => number, asOf: number, width: number): Place {
  const point = item.kind === "point";
  const left = x(item.start) - (point ? POINT : 0);
  const end = item.end ?? Math.max(asOf, item.start);
  const right = point ? left + 2 * POINT : Math.max(left + LEAST_BAR, x(end));
  const room = wordsWidth(item.label);
  if (!point && right - left >= room + 2 * GAP) return { left, right, inside: true, words: left + GAP, from: left, to: right };
  if (right + GAP + room <= width || left - GAP - room < 0) {
    return { left, right, inside: false, words: right + GAP, from: left, to: right + GAP + room };
  }
  return { left, right, inside: false, words: left - GAP - room, from: left - GAP - room, to: right };
}

/** About how wide words are at 12 pixels: a Chinese character is as wide as it is high. */
export function wordsWidth(words: string): number {
  return [...words].reduce((sum, sign) => sum + ((sign.codePointAt(0) ?? 0) > 0x2e7f ? 12 : 6.8), 0);
}

/** The row of each place, so that none touches another: the first row that is free. */
export function rows(places: readonly Place[]): number[] {
  const free: number[] = [];
  const order = places.map((_, index) => index).sort((a, b) => (places[a]?.from ?? 0) - (places[b]?.from ?? 0) || a - b);
  const placed = new Array<number>(places.length).fill(0);
  for (const index of order) {
    const one = places[index];
    if (!one) continue;
    const found = free.findIndex((taken) => taken <= one.from + 0.5);
    const row = found < 0 ? free.length : found;
    free[row] = one.to + (one.inside ? 0 : GAP);
    placed[index] = row;
  }
  return placed;
}
