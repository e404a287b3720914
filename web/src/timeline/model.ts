/** Where things go on a time line: plain arithmetic on minutes since 1970-01-01T00:00Z, no drawing. */

/** Something on a lane. `end` null: still open. A `point` has no length (a test, a declaration). */
export interface Item {
  start: number;
  end: number | null;
  kind: "bar" | "point";
  colour: "red" | "yellow" | "green" | "unknown" | "fact";
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

/** The row of each item of a lane, so that none covers another: the first row that is free at its start. */
export function rows(items: readonly Item[], asOf: number, gap: number): number[] {
  const free: number[] = [];
  const order = items.map((_, index) => index).sort((a, b) => startOf(items, a) - startOf(items, b) || a - b);
  const placed = new Array<number>(items.length).fill(0);
  for (const index of order) {
    const item = items[index];
    if (!item) continue;
    const end = item.kind === "point" ? item.start : (item.end ?? asOf);
    const found = free.findIndex((taken) => taken + gap <= item.start);
    const row = found < 0 ? free.length : found;
    free[row] = end;
    placed[index] = row;
  }
  return placed;
}

function startOf(items: readonly Item[], index: number): number {
  return items[index]?.start ?? 0;
}
