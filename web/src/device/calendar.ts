/**
 * The city's clock: the one place of the browser's side where a local day or hour comes from.
 *
 * The page says by how many minutes the city is ahead of UTC (`data-ahead` of its html, from the installation's YIMATONG_TIME_ZONE), and a
 * page that works without a network keeps it with itself. Codes are counted by a clock of their own (credential/epochs.ts).
 */

const DAY = 86_400;
/** Minutes of a page that does not say it: one kept from before pages said it, of a city of UTC+8. */
const UNSAID = 480;

const said = typeof document === "undefined" ? undefined : document.documentElement.dataset["ahead"];

/** Seconds by which the city's clock is ahead of UTC. */
export const ahead = (said === undefined ? UNSAID : Number(said)) * 60;

/** `2020-02-20T14:05:09.000Z`, read on the city's clock (seconds of Unix time). */
export const localTime = (at: number): string => new Date((at + ahead) * 1000).toISOString();

/** The city's day, counted from 1970-01-01 (seconds of Unix time). */
export const dayOf = (at: number): number => Math.floor((at + ahead) / DAY);

/** The last second of a day of the city. */
export const lastSecond = (day: number): number => (day + 1) * DAY - ahead - 1;
