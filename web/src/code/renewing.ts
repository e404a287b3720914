/** Renewing one person's passes: what is asked of the server, and what the phone then holds. */

import { daysWanted, dayName, NO_HINT } from "./renewal";
import type { Hint, News, Person, Standing, StoredPass } from "./kept";
import { isReached, SaidNo, type Server, type Strip } from "./server";

export interface Renewed {
  readonly standing: Standing;
  readonly hint: Hint;
  readonly etags: Readonly<Record<string, string>>;
  /** The issue of the passes: the least of those that came, or the one that is here. */
  readonly issue: number;
  /** What the person was told, asked where today's passes are other ones; undefined where they are not. */
  readonly news?: readonly News[];
  /** Every pass that the phone holds from now on. */
  readonly passes: readonly StoredPass[];
}

/**
 * Asks for today's strip first. When it is the same as before, only days that are missing are asked for; when it changed, every
 * day is, because a change of colour or of the signing key is one for all days. A binding that has ended leaves nothing.
 */
export async function renewed(server: Server, person: Person, held: readonly StoredPass[], now: number): Promise<Renewed> {
  const days = daysWanted(now, person.days - 1);
  const names = days.map(dayName);
  const [today = "", ...later] = names;
  const known = (day: string): string => (held.some((pass) => dayOfPass(pass) === day) ? (person.etags[day] ?? "") : "");
  try {
    const first = await server.strip(person.token, today, known(today));
    if (first && first.state !== "bound") return { standing: first.state, hint: first.hint, etags: {}, issue: 0, passes: [] };
    const strips = new Map<string, Strip | null>([[today, first]]);
    for (const day of later) if (first || !known(day)) strips.set(day, await reachable(server, person.token, day, known(day)));
    const news = first && (await told(server, person.token));
    return { ...together(person, held, names, strips), ...(news && { news }) };
  } catch (problem) {
    const standing = problem instanceof SaidNo ? endOf(problem) : null;
    if (!standing) throw problem;
    return { standing, hint: NO_HINT, etags: {}, issue: 0, passes: [] };
  }
}

/** The news are not worth a failure: who does not get them with these passes has them on the page of messages. */
async function told(server: Server, token: string): Promise<readonly News[] | null> {
  try {
    return await server.told(token);
  } catch (problem) {
    isReached(problem);
    return null;
  }
}

/** A day that the server does not reach yet is simply not there. */
async function reachable(server: Server, token: string, day: string, etag: string): Promise<Strip | null> {
  try {
    return await server.strip(token, day, etag);
  } catch (problem) {
    if (problem instanceof SaidNo && problem.status === 404) return null;
    throw problem;
  }
}

function endOf({ status, code }: SaidNo): Standing | null {
  if (code === "binding-moved") return "moved";
  return status === 410 || code === "token-unknown" ? "ended" : null;
}

function together(person: Person, held: readonly StoredPass[], names: readonly string[], strips: ReadonlyMap<string, Strip | null>): Renewed {
  const fresh = [...strips].flatMap(([day, strip]) => (strip ? [[day, strip] as const] : []));
  const anew = new Set(fresh.map(([day]) => day));
  const kept = held.filter((pass) => !anew.has(dayOfPass(pass)));
  const passes = fresh.flatMap(([, strip]) => strip.passes.map((pass) => ({ ...pass, person: person.id })));
  const etags = { ...person.etags, ...Object.fromEntries(fresh.map(([day, { etag }]) => [day, etag])) };
  const current = Object.fromEntries(Object.entries(etags).filter(([day]) => names.includes(day)));
  const hint = strips.get(names[0] ?? "")?.hint ?? person.hint;
  const issue = Math.min(...(strips.get(names[0] ?? "") ? [] : [person.issue ?? 0]), ...fresh.map(([, strip]) => strip.issue));
  return { standing: "bound", hint, issue, etags: current, passes: [...kept, ...passes] };
}

/** The day of a pass's window: its epoch counts the hours of city time. */
const dayOfPass = ({ epoch }: StoredPass): string => dayName(Math.floor(epoch / 24));
