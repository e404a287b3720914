/** What a device says to the server: requests that its key signs, one after the other, each with a greater counter. */

import type { Words } from "../checkpoints";
import { fromBase64, hex, joined, toBase64 } from "../credential/bytes";
import { sign } from "../credential/keys";
import { deviceTrouble as trouble, type FieldProblem, type Problem, type Told, Trouble } from "./problems";
import type { World } from "./world";

const SLOWEST = 20_000;

/** Who this device is. The key cannot be read out, only used. */
export interface Identity {
  readonly id: string;
  readonly key: CryptoKey;
}

/** The server said no. */
export class SaidNo extends Trouble {
  constructor(
    readonly status: number,
    problem: Problem,
  ) {
    super(problem);
  }
}

/** What an answer said of time, and when it was asked and heard by the device's own clock. */
export interface Heard {
  readonly now: number;
  readonly shift: number;
  readonly asked: number;
  readonly heard: number;
}

export type Said = Record<string, unknown>;

/** `nextCounter` gives each signed request its number: above every one before, also when the clock was set back. */
export interface Counters {
  nextCounter(least: number): Promise<number>;
}

export class Asking {
  /** Told after each question whether it was answered. */
  told: (reached: boolean) => void = () => undefined;
  private line = new AbortController();

  constructor(
    protected readonly world: World,
    private readonly counters: Counters,
  ) {}

  /** A JSON body that no key signs, its JSON answer, and what that says of time: before the device has a name. */
  async unsigned(path: string, body: Said): Promise<{ said: Said; clock: Heard }> {
    const asked = this.world.time();
    const said = await jsonOf(await this.ask(path, { method: "POST", headers: JSON_BODY, body: JSON.stringify(body) }));
    return { said, clock: this.heard(said, asked) };
  }

  /** Waits for nothing that was asked: what comes next must not wait for a dead network. */
  hangUp(): void {
    this.line.abort();
    this.line = new AbortController();
  }

  /** A file of `/e/signed/`, for everybody and unsigned by us. */
  async file(name: string): Promise<Uint8Array> {
    return new Uint8Array(await (await this.ask(`/e/signed/${name}`, { method: "GET" })).arrayBuffer());
  }

  /** A file that is only fetched when it is another than the one that `etag` names; null where it is that one. */
  protected async changed(device: Identity, path: string, etag: string): Promise<{ bytes: Uint8Array; etag: string } | null> {
    const answer = await this.signed(device, "GET", path, "", etag);
    if (answer.status === 304) return null;
    return { bytes: new Uint8Array(await answer.arrayBuffer()), etag: answer.headers.get("ETag") ?? "" };
  }

  /** A signed JSON body and its JSON answer. */
  protected async posted(device: Identity, path: string, body: unknown): Promise<Said> {
    return jsonOf(await this.signed(device, "POST", path, JSON.stringify(body)));
  }

  /** A request in the device's name. One at a time over all tabs: a counter must not overtake another on the way. */
  protected async signed(device: Identity, method: string, path: string, body: string, etag = ""): Promise<Response> {
    return this.world.alone("signed", async () => {
      try {
        return await this.once(device, method, path, body, etag);
      } catch (flaw) {
        // A browser may repeat a request by itself when a connection died; its first copy was then taken.
        if (flaw instanceof SaidNo && flaw.problem.code === "counter-known") return this.once(device, method, path, body, etag);
        throw flaw;
      }
    });
  }

  private async once(device: Identity, method: string, path: string, body: string, etag: string): Promise<Response> {
    const counter = await this.counters.nextCounter(this.world.time());
    const message = `YMT-S\n${method}\n${path}\n${counter}\n${await digest(body)}`;
    const signature = toBase64(await sign(device.key, new TextEncoder().encode(message)));
    const headers: Record<string, string> = { Authorization: `YMT-S ${device.id}.${counter}.${signature}` };
    if (etag) headers["If-None-Match"] = etag;
    if (method === "GET") return this.ask(path, { method, headers });
    return this.ask(path, { method, headers: { ...JSON_BODY, ...headers }, body });
  }

  private async ask(path: string, request: RequestInit): Promise<Response> {
    const answer = await this.answer(path, request);
    this.told(!(answer instanceof Trouble && answer.problem.code === "no-connection"));
    if (answer instanceof Trouble) throw answer;
    return answer;
  }

  private async answer(path: string, request: RequestInit): Promise<Response | Trouble> {
    let answer: Response;
    try {
      const slowest = AbortSignal.timeout(SLOWEST);
      // A browser that cannot join two signals waits for the slowest answer instead.
      const signal = "any" in AbortSignal ? AbortSignal.any([slowest, this.line.signal]) : slowest;
      answer = await this.world.fetch(path, { ...request, cache: "no-store", credentials: "omit", redirect: "error", signal });
    } catch {
      return trouble("no-connection");
    }
    return answer.ok || answer.status === 304 ? answer : refusal(answer);
  }

  protected heard(said: Said, asked: number): Heard {
    return { now: number(said, "now"), shift: number(said, "shift"), asked, heard: this.world.time() };
  }
}

const JSON_BODY = { "Content-Type": "application/json" } as const;

async function digest(body: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", joined(new TextEncoder().encode(body)))));
}

/** A server that is away or too busy is no connection; anything else is what it says. */
async function refusal(answer: Response): Promise<Trouble> {
  const said = (await answer.json().catch(() => ({}))) as Said;
  if (typeof said.code !== "string") return trouble(answer.status >= 500 || answer.status === 429 ? "no-connection" : "answer-wrong");
  const fields = Array.isArray(said.fields) ? { fields: said.fields as FieldProblem[] } : {};
  return new SaidNo(answer.status, { ...toldOf(said), ...fields });
}

/** A code with its sentence and remedy, as the server says them. */
export function toldOf({ code, sentence, remedy }: Said): Told {
  return { code: typeof code === "string" ? code : "", sentence: wordsOf(sentence), remedy: wordsOf(remedy) };
}

const wordsOf = (value: unknown): Words => Object.fromEntries(Object.entries(value ?? {}).filter(([, words]) => typeof words === "string"));

export async function jsonOf(answer: Response): Promise<Said> {
  let said: unknown;
  try {
    said = await answer.json();
  } catch {
    // The connection died in the middle of the answer, or something on the way answered in the server's place.
    throw trouble("no-connection");
  }
  if (typeof said !== "object" || said === null) throw trouble("answer-wrong");
  return said as Said;
}

export function text(said: Said, name: string): string {
  const value = said[name];
  if (typeof value !== "string") throw trouble("answer-wrong");
  return value;
}

export function number(said: Said, name: string): number {
  const value = said[name];
  if (typeof value !== "number" || !Number.isFinite(value)) throw trouble("answer-wrong");
  return value;
}

export function bytes(said: Said, name: string): Uint8Array {
  try {
    return fromBase64(text(said, name));
  } catch {
    throw trouble("answer-wrong");
  }
}

export const maybeBytes = (said: Said, name: string): Uint8Array | null => (typeof said[name] === "string" ? bytes(said, name) : null);

export function list<T>(said: Said, name: string): T[] {
  const value = said[name];
  if (!Array.isArray(value)) throw trouble("answer-wrong");
  return value as T[];
}

