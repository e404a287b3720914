/** A world for the scanner's engine in tests: clocks to move, locks, and a server that plays its part to the byte and can die. */

import { fromBase64, hex, joined, toBase64 } from "../src/credential/bytes";
import { encode } from "../src/credential/cbor";
import { isSigned, pointOf, publicKey } from "../src/credential/keys";
import { Turns } from "../src/device/turns";
import type { World } from "../src/device/world";

export const CITY_MS = 1_582_164_000_000;
type Json = Record<string, unknown>;

/** When the connection dies: before the server has the request, or after it took it and before the answer is heard. */
export type Death = "before" | "after" | null;

/** What a checkpoint's server does with records, in memory. It believes signatures and counters, and nothing else. */
export class Counterpart {
  readonly taken = new Map<number, string>();
  readonly requests: string[] = [];
  readonly files = new Map<string, Uint8Array>();
  counter = 0;
  doubles = 0;
  point: Uint8Array | null = null;
  revoked = false;
  unknown = false;
  batches: number[] = [];
  answer: Json = {};
  refuse = new Map<number, Json>();
  acknowledged: Json[] = [];
  extract: { bytes: Uint8Array; key: Uint8Array; epoch: number } | null = null;
  readonly device = "0123456789abcdef0123456789abcdef";
  secret = "0123456789ABCDEFGHJKMNPQRS";
  root: Uint8Array = new Uint8Array(33).fill(2);
  licence: Uint8Array = new Uint8Array([1]);

  constructor(private readonly now: () => number) {}

  async handle(path: string, request: RequestInit): Promise<Response> {
    this.requests.push(path);
    if (path.startsWith("/e/signed/")) return this.file(path.slice("/e/signed/".length));
    if (path === "/s/enrol" || path === "/d/enrol") return this.enrol(JSON.parse(String(request.body)) as Json);
    const refused = await this.unsigned(path, request);
    if (refused) return refused;
    if (path === "/s/sync") return this.sync(JSON.parse(String(request.body)) as Json);
    if (path === "/s/extract" && this.extract) return new Response(this.extract.bytes as BodyInit, { headers: { ETag: '"1"' } });
    if (path === "/s/extract-key" && this.extract) return json({ epoch: this.extract.epoch, key: toBase64(this.extract.key) });
    if (path === "/s/apply") return json({ state: "judged", colour: "green", name: "王*明", receipt: "R1" });
    return no(404, "not-there");
  }

  private file(name: string): Response {
    const found = this.files.get(name);
    return found ? new Response(found as BodyInit) : no(404, "not-there");
  }

  private async enrol({ secret, point, signature }: Json): Promise<Response> {
    if (secret !== this.secret) return no(410, "enrolment-over");
    const bytes = fromBase64(String(point));
    const parsed = pointOf(bytes);
    const key = parsed && (await publicKey(parsed));
    const message = encode(["YMT1-enrol", secret as string, bytes]);
    if (!key || !(await isSigned(key, fromBase64(String(signature)), message))) return no(400, "signature-wrong");
    if (this.point && hex(this.point) !== hex(bytes)) return no(410, "enrolment-used");
    this.point = bytes;
    const secrets = { override: toBase64(new Uint8Array(32).fill(7)), sealing: toBase64(this.sealing) };
    return json({ device: this.device, root: toBase64(this.root), licence: toBase64(this.licence), ...secrets, ...this.time() }, 201);
  }

  sealing = new Uint8Array(33).fill(3);

  /** Why a signed request does not count, or nothing. */
  private async unsigned(path: string, { method, headers, body }: RequestInit): Promise<Response | null> {
    const said = new Headers(headers).get("Authorization") ?? "";
    const [device, counter, signature] = said.replace("YMT-S ", "").split(".");
    if (this.unknown || device !== this.device || !this.point) return no(401, "device-unknown");
    const digest = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", joined(new TextEncoder().encode(String(body ?? ""))))));
    const message = new TextEncoder().encode(`YMT-S\n${method}\n${path}\n${counter}\n${digest}`);
    const point = pointOf(this.point);
    const key = point && (await publicKey(point));
    if (!key || !(await isSigned(key, fromBase64(signature ?? ""), message))) return no(401, "signature-wrong");
    if (Number(counter) <= this.counter) return no(409, "counter-known");
    this.counter = Number(counter);
    return this.revoked ? no(410, "device-revoked") : null;
  }

  private sync({ records }: Json): Response {
    const [taken, refused]: [number[], Json[]] = [[], []];
    this.batches.push((records as Json[]).length);
    for (const record of records as (Json & { n: number })[]) {
      const reason = this.refuse.get(record.n);
      const known = this.taken.get(record.n);
      if (reason) refused.push({ n: record.n, ...reason });
      else if (known !== undefined && known !== JSON.stringify(record)) refused.push({ n: record.n, code: "record-changed", sentence: { zh: "", en: "" } });
      else taken.push(record.n);
      if (known !== undefined) this.doubles += 1;
      else if (!reason) this.taken.set(record.n, JSON.stringify(record));
    }
    const extract = this.extract && { epoch: this.extract.epoch, bytes: this.extract.bytes.length, issued: 0 };
    const plain = { licence: toBase64(this.licence), acknowledged: this.acknowledged, extract, ...this.time(), ...this.answer };
    return json({ taken, refused, ...plain });
  }

  private time(): { now: number; shift: number } {
    return { now: this.now(), shift: 0 };
  }
}

export const json = (value: unknown, status = 200): Response => new Response(JSON.stringify(value), { status });
export const no = (status: number, code: string): Response => json({ code, sentence: { zh: code, en: code }, remedy: { zh: "", en: "" } }, status);

/** The device around the engine: its clock, its network, its tabs. `deaths` says of each request whether and when it dies. */
export class Device {
  own = CITY_MS;
  steady = 0;
  connected = true;
  deaths: () => Death = () => null;
  private readonly locks = new Map<string, Turns>();
  private readonly hearing = new Map<number, () => void>();
  private tabs = 0;
  appointments: (() => void)[] = [];

  readonly server = new Counterpart(() => this.cityMs);
  cityMs = CITY_MS;

  /** Another page of the same browser. */
  tab(): World {
    this.tabs += 1;
    const mine = this.tabs;
    return {
      time: () => this.own,
      steady: () => this.steady,
      chance: () => 0.5,
      fetch: (path, request) => this.fetch(path, request),
      later: (_ms, then) => void this.appointments.push(then),
      alone: (name, work) => this.alone(name, work),
      tell: () => this.hearing.forEach((heard, tab) => tab !== mine && heard()),
      hear: (heard) => void this.hearing.set(mine, heard),
    };
  }

  pass(seconds: number): void {
    this.own += seconds * 1000;
    this.steady += seconds * 1000;
    this.cityMs += seconds * 1000;
  }

  private async fetch(path: string, request: RequestInit): Promise<Response> {
    const death = this.deaths();
    if (!this.connected || death === "before") throw new TypeError("the connection died");
    const answer = await this.server.handle(path, request);
    if (death === "after") throw new TypeError("the connection died");
    return answer;
  }

  private async alone<T>(name: string, work: () => Promise<T>): Promise<T> {
    const turns = this.locks.get(name) ?? new Turns();
    this.locks.set(name, turns);
    return turns.take(work);
  }
}

/** Chances that come out the same each time. */
export function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
