/** What the phone says to the server and hears from it: JSON under /e/, as docs/reference/passes.md has it. */

import { fromBase64 } from "../credential/bytes";
import { readCode } from "../credential/passes";
import { SLOWEST_ANSWER } from "../device/cityTime";
import { _, inEach, type Language, told, translate, type Words } from "../device/messages";
import type { Told } from "../device/problems";
import type { Heard } from "./clock";
import { type Challenge, type NewKeys, proven } from "./proof";
import type { Hint, News } from "./kept";

/** The server was too busy (`reached`), or nothing answered at all; it is to be left alone for `wait` seconds at least. */
export class NoAnswer extends Error {
  constructor(
    readonly wait = 0,
    readonly reached = false,
  ) {
    super("no answer");
  }
}

/** The server said no: a code that never changes, and a sentence for people. */
export class SaidNo extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly sentence: Words,
  ) {
    super(code);
  }
}

/** Whether a question that went wrong was answered all the same: by a no, or by a server that is too busy. */
export function isReached(problem: unknown): boolean {
  if (problem instanceof NoAnswer) return problem.reached;
  if (problem instanceof SaidNo) return true;
  throw problem;
}

/** Whom the account that is signed in may put on a phone. `who` means something to that account alone. */
export interface Named {
  readonly who: string;
  readonly relation: string;
  readonly name: string;
  readonly tail: string;
  readonly bound: boolean;
}

export interface Bound extends NewKeys {
  readonly token: string;
  readonly days: number;
}

/** A day's passes. `etag` names this answer. */
export interface Strip {
  readonly state: "bound" | "not-judged";
  readonly etag: string;
  readonly issue: number;
  readonly passes: readonly { epoch: number; expires: number; pass: Uint8Array; secret: Uint8Array }[];
  readonly hint: Hint;
}

/** A file that is the same for everybody, and when the answer came about. */
export interface Fetched {
  readonly bytes: Uint8Array;
  readonly heard: Heard | null;
}

export interface Server {
  /** A file under /e/signed/; null where it is not there. */
  file(name: string): Promise<Fetched | null>;
  time(): Promise<{ now: number; shift: number }>;
  /** Null when nobody is signed in. */
  people(): Promise<Named[] | null>;
  /** Has the people of whoever is signed in follow their verdicts at once; without a session nothing happens. */
  follow(): Promise<void>;
  /** `move`: take the code from the phone where it is. `transfer`: the ten signs that a desk gave. */
  bind(who: string, move: boolean, transfer?: string): Promise<Bound>;
  /** Gives a person up: their passes on this phone are recalled. */
  unbind(token: string): Promise<void>;
  /** Null: the same as `etag` says. */
  strip(token: string, day: string, etag: string): Promise<Strip | null>;
  /** What the person was told in the last days, the newest first. */
  told(token: string): Promise<readonly News[]>;
}

const SLOWEST = 20_000;

interface Asking {
  /** For everybody: no cookie goes along, and the browser asks whether what it has is still the newest. */
  readonly common?: boolean;
  readonly token?: string;
  readonly etag?: string;
  readonly body?: unknown;
}

async function ask(path: string, { common = false, token, etag, body }: Asking = {}): Promise<Response> {
  const headers = new Headers(common ? {} : { Accept: "application/json" });
  if (token) headers.set("Authorization", `YMT ${token}`);
  if (etag) headers.set("If-None-Match", etag);
  if (body !== undefined) {
    headers.set("Content-Type", "application/json");
    headers.set("X-CSRFToken", /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "");
  }
  let answer: Response;
  try {
    answer = await fetch(path, {
      method: body === undefined ? "GET" : "POST",
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      cache: common ? "no-cache" : "no-store",
      credentials: common || token ? "omit" : "same-origin",
      signal: AbortSignal.timeout(SLOWEST),
    });
  } catch {
    throw new NoAnswer();
  }
  if (answer.status === 429 || answer.status >= 500) throw new NoAnswer(Number(answer.headers.get("Retry-After")) || 0, true);
  if (answer.ok || answer.status === 304) return answer;
  const said = (await answer.json().catch(() => ({}))) as Partial<Told>;
  throw new SaidNo(answer.status, said.code ?? "unknown", inEach((language) => whole(said, language)));
}

/** An answer's JSON; none where the connection died in the middle, or something on the way answered in the server's place. */
async function jsonOf<T>(answer: Response): Promise<T> {
  try {
    return (await answer.json()) as T;
  } catch {
    throw new NoAnswer();
  }
}

function whole({ sentence, remedy }: Partial<Told>, language: Language): string {
  return translate(language, _("{sentence} {remedy}"), { sentence: told(sentence, language), remedy: told(remedy, language) }).trim();
}

export function phoneServer(): Server {
  return {
    file,
    time: async () => jsonOf<{ now: number; shift: number }>(await ask("/e/time")),
    people,
    follow: () => unlessSignedOut(ask("/e/status"), undefined).then(() => undefined),
    bind,
    told: async (token) => (await jsonOf<{ told: News[] }>(await ask("/e/told", { token }))).told,
    unbind: async (token) => void (await ask("/e/unbind", { token, body: {} })),
    strip,
  };
}

async function file(name: string): Promise<Fetched | null> {
  const asked = performance.now();
  try {
    const answer = await ask(`/e/signed/${name}`, { common: true });
    const heard = heardOf(answer.headers, performance.now() - asked);
    return { bytes: new Uint8Array(await answer.arrayBuffer()), heard };
  } catch (problem) {
    if (problem instanceof SaidNo && problem.status === 404) return null;
    if (problem instanceof SaidNo || problem instanceof NoAnswer) throw problem;
    throw new NoAnswer();
  }
}

/**
 * `Date` counts whole seconds, `Age` those that a cache on the way had the answer, and `took` are the ms from asking to hearing. Null
 * where the answer does not say, or took too long to say much.
 */
export function heardOf(headers: Headers, took: number): Heard | null {
  const [at, age] = [Date.parse(headers.get("Date") ?? ""), Number(headers.get("Age") ?? 0)];
  if (!Number.isFinite(at) || !(age >= 0) || took > SLOWEST_ANSWER) return null;
  return { from: at, to: at + 1000 * (1 + age) + took };
}

async function unlessSignedOut<T>(asked: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await asked;
  } catch (problem) {
    if (problem instanceof SaidNo && problem.status === 401) return otherwise;
    throw problem;
  }
}

async function people(): Promise<Named[] | null> {
  const answer = await unlessSignedOut<Response | null>(ask("/e/people"), null);
  if (!answer) return null;
  const said = await jsonOf<{ people: (Named & { state: string })[] }>(answer);
  return said.people.filter(({ state }) => state !== "not-declared");
}

async function bind(who: string, move: boolean, transfer?: string): Promise<Bound> {
  const challenge = await jsonOf<Challenge>(await ask("/e/bind/challenge", { body: { who } }));
  const { keys, body } = await proven(challenge);
  const asked = { who, ...body, ...(transfer ? { transfer } : {}) };
  const said = await jsonOf<{ token: string; days: string[] }>(await ask(move ? "/e/rebind" : "/e/bind", { body: asked }));
  return { ...keys, token: said.token, days: said.days.length };
}

interface StripAnswer {
  readonly state: Strip["state"];
  readonly issue?: number;
  readonly passes: readonly { pass: string; word: string; to: number }[];
  readonly renew: Hint;
}

async function strip(token: string, day: string, etag: string): Promise<Strip | null> {
  const answer = await ask(`/e/strip/${day}`, { token, etag });
  if (answer.status === 304) return null;
  const said = await jsonOf<StripAnswer>(answer);
  const passes = said.passes.map(({ pass, word, to }) => {
    const bytes = fromBase64(pass);
    return { epoch: readCode(bytes).claims.epoch, expires: to, pass: bytes, secret: fromBase64(word) };
  });
  return { state: said.state, etag: answer.headers.get("ETag") ?? "", issue: said.issue ?? 0, passes, hint: said.renew };
}
