/** A city that signs, for tests: trust list, recall lists, policy file, licences, extracts and codes, by keys made for the test. */

import { type Body, versionOf } from "../src/checkpoints/body";
import { encode45 } from "../src/credential/base45";
import { joined } from "../src/credential/bytes";
import { encode, Tagged, type Value } from "../src/credential/cbor";
import { compressed, kidOf, newKey, sign } from "../src/credential/keys";
import { shownText } from "../src/credential/passes";
import { encodeRice } from "../src/credential/rice";

export const CITY = "330200";
const ES256 = -7;

export interface Signer {
  readonly pair: CryptoKeyPair;
  readonly point: Uint8Array;
  readonly kid: Uint8Array;
}

export async function signer(): Promise<Signer> {
  const pair = await newKey();
  const point = await compressed(pair.publicKey);
  return { pair, point, kid: await kidOf(point) };
}

/** A COSE_Sign1 as the city writes it. */
export async function sign1(payload: Uint8Array, { pair, kid }: Signer): Promise<Uint8Array> {
  const header = encode(new Map<number, Value>([[1, ES256], [4, kid]]));
  const signature = await sign(pair.privateKey, encode(["Signature1", header, new Uint8Array(), payload]));
  return encode(new Tagged(18, [header, new Map(), payload, signature]));
}

const signedMap = (entries: [number, Value][], by: Signer): Promise<Uint8Array> => sign1(encode(new Map<number, Value>(entries)), by);

/** The keys of a test's city, and what they sign as of a second. */
export class Office {
  private constructor(
    readonly root: Signer,
    readonly passes: Signer,
    readonly recalls: Signer,
    readonly policy: Signer,
    readonly training: Signer,
    readonly phone: Signer,
    readonly city: string,
  ) {}

  static async made(city = CITY): Promise<Office> {
    return new Office(await signer(), await signer(), await signer(), await signer(), await signer(), await signer(), city);
  }

  async trust(now: number, version = 1, lasts = 72 * 3600): Promise<Uint8Array> {
    const uses: [Signer, number][] = [[this.passes, 1], [this.recalls, 2], [this.training, 3], [this.policy, 4]];
    const keys = await Promise.all(
      uses.map(async ([{ pair, kid }, use]) => {
        const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
        return [kid, ES256, raw.slice(1, 33), raw.slice(33), use, 0, 2 ** 31, 1] as Value;
      }),
    );
    return signedMap([[1, version], [2, now], [3, now + lasts], [4, this.city], [5, 0], [6, keys]], this.root);
  }

  snapshot(epoch: number, sequence: number, now: number, slots: number[] = [], by = this.recalls): Promise<Uint8Array> {
    const [coded, lasts] = [encodeRice(slots, 24), 86_400];
    return signedMap([[1, epoch], [2, sequence], [3, now], [4, now + lasts], [5, 24], [6, slots.length], [7, coded]], by);
  }

  /** Recent recalls: `after` and `since` name the list before, `least` and `within` passes that are old. */
  recent(epoch: number, sequence: number, now: number, slots: number[], more: { after?: number; since?: number; least?: number; within?: number; by?: Signer } = {}): Promise<Uint8Array> {
    const { after = sequence - 10, since = now - 600, least = 0, within = 0, by = this.recalls } = more;
    const list: [number, Value][] = [[1, epoch], [2, sequence], [3, now], [4, now + 86_400], [5, 24], [6, slots.length], [7, encodeRice(slots, 24)]];
    return signedMap([...list, [8, after], [9, since], [10, least], [11, within]], by);
  }

  async policyFile(body: object, now: number, version = 1, lasts = 7 * 86_400): Promise<Uint8Array> {
    const named = { ...body, version: await versionOf(body as Body) };
    const bytes = new TextEncoder().encode(JSON.stringify(named));
    return signedMap([[1, 1], [2, now], [3, now + lasts], [4, version], [5, CITY], [6, bytes]], this.policy);
  }

  licence(device: Uint8Array, now: number, change: { hours?: Value[]; training?: boolean; lasts?: number; zone?: number; control?: Value[] } = {}): Promise<Uint8Array> {
    const { hours = [[127, 0, 1439]], training = false, lasts = 7 * 86_400, zone = 1 } = change;
    const claims: [number, Value][] = [[1, 2], [2, now], [3, now + lasts], [4, device], [5, 7], [6, "东门"], [7, "East gate"], [8, zone], [9, 330203], [10, hours]];
    return signedMap([...claims, [11, training], ...(change.control ? [[12, change.control] as [number, Value]] : [])], this.policy);
  }

  /** An extract with these people: document, number of the colour, masked name. */
  async extract(people: [string, number, string][], key: Uint8Array, epoch: number, now: number): Promise<Uint8Array> {
    const rows = await Promise.all(people.map((person) => rowOf(person, key, epoch)));
    const body = joined(...rows.sort((one, other) => (one[0] ?? 0) - (other[0] ?? 0)));
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
    const header = await signedMap([[1, 3], [2, now], [3, now + 86_400], [4, epoch], [5, 330203], [6, people.length], [7, digest]], this.policy);
    return joined(new TextEncoder().encode("YMX1"), Uint8Array.of(header.length >> 8, header.length & 255), header, body);
  }

  /** What a phone shows at a second; `colour` 1 green, 2 yellow, 3 red. */
  async code(epoch: number, shown: number, change: { colour?: number; slot?: number; kind?: number; by?: Signer; phone?: Signer; permit?: number } = {}): Promise<string> {
    const pass = await this.pass(epoch, change);
    return shownText(pass, shown, (message) => sign((change.phone ?? this.phone).pair.privateKey, message));
  }

  async paper(now: number, change: { colour?: number; slot?: number } = {}): Promise<string> {
    const inner: [number, Value][] = [[1, 2], [2, change.colour ?? 1], [3, "王*明"], [4, "0417"], [5, 0], [6, change.slot ?? 5], [7, "NB-000127"], [9, 400_000]];
    return `YMT1:${encode45(await this.claims(now - 86_400, now + 86_400, now - 86_400, inner, this.passes))}`;
  }

  private pass(epoch: number, { colour = 1, slot = 5, kind = 1, by, permit }: { colour?: number; slot?: number; kind?: number; by?: Signer; permit?: number }): Promise<Uint8Array> {
    const start = epoch * 3600 - 8 * 3600;
    const inner: [number, Value][] = [[1, kind], [2, colour], [3, "王*明"], [4, "0417"], [5, 0], [6, slot]];
    if (permit) inner.push([8, permit]);
    return this.claims(start - 600, start + 6 * 3600 + 600, start - 3600, inner, by ?? (kind === 3 ? this.training : this.passes), true);
  }

  private claims(nbf: number, exp: number, iat: number, inner: [number, Value][], by: Signer, bound = false): Promise<Uint8Array> {
    const cti = crypto.getRandomValues(new Uint8Array(8));
    const cnf = new Map<number, Value>([[1, new Map<number, Value>([[1, 2], [-1, 1], [-2, this.phone.point.slice(1)], [-3, this.phone.point[0] === 3]])]]);
    const claims: [number, Value][] = [[1, this.city], [4, exp], [5, nbf], [6, iat], [7, cti]];
    if (bound) claims.push([8, cnf]);
    return signedMap([...claims, [-65537, new Map<number, Value>(inner)]], by);
  }
}

async function rowOf([document, colour, name]: [string, number, string], secret: Uint8Array, epoch: number): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey("raw", secret as BufferSource, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const at = new DataView(new ArrayBuffer(8));
  at.setBigUint64(0, BigInt(epoch));
  const encoder = new TextEncoder();
  const message = joined(encoder.encode("yimatong-extract"), new Uint8Array(at.buffer), encoder.encode(document));
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, message));
  const content = new Uint8Array(10);
  content[0] = colour;
  content.set(encoder.encode(name), 1);
  return joined(mac.slice(0, 8), content.map((byte, place) => byte ^ (mac[8 + place] ?? 0)));
}

const words = (zh: string, en: string): { zh: string; en: string } => ({ zh, en });
const listed = (...ids: string[]): { id: string; zh: string; en: string }[] => ids.map((id) => ({ id, ...words(id, id) }));
const rule = (id: string, when: object, action: string, change: object = {}): object => {
  const rest = { requirement: "E1", title: words(id, id), because: words(id, id), to: null, slip: null, ask: null };
  return { id, when, action, ...rest, ...change };
};

/** The body of a policy file, small: a green person with a document is released, everything else is not. */
export const body = (change: object = {}): object => ({
  form: 1,
  policy: "cn-zj-ningbo",
  title: words("宁波", "Ningbo"),
  version: "0011aabb",
  first: "2020-02-18",
  last: "2020-03-18",
  fever_tenths: 373,
  hours: { trust_amber: 24, trust_stop: 72, recall_amber: 4, recall_stop: 24, policy_amber: 24, policy_stop: 72, override_minutes: 30 },
  retention_days: 30,
  impossible_kmh: 120,
  impossible_minutes_floor: 10,
  hand_over: { acknowledge_minutes: 15, escalate_minutes: 30 },
  stay_minutes: 10,
  plates: false,
  matrix: [
    rule("fever", { temperature: ["fever"] }, "hand_over", { to: "health" }),
    rule("again", { verdict: ["again"] }, "show_again"),
    rule("green", { verdict: ["green"], document: ["matched", "minor_without"] }, "release"),
    rule("rest", {}, "turn_back", { slip: "no-code" }),
  ],
  refusal_grounds: listed("no-document"),
  complaint_kinds: listed("plate"),
  slips: listed("no-code"),
  ladder: ["online", "offline", "register", "paper"].map((id) => ({ id, ...words(id, id), text: words(id, id), from_minutes: { online: 0, offline: 15, register: 1440 }[id] ?? 4320 })),
  duties: listed("medical"),
  cities: [],
  notice: [words("权利", "rights")],
  script: [words("请", "please")],
  palette: { green: { hex: "#0a0", shape: "circle", word: words("绿", "green") } },
  actions: Object.fromEntries(["release", "apply_now", "turn_back", "hand_over", "show_again", "ask"].map((id) => [id, words(id, id)])),
  authorities: {},
  fields: {},
  values: {},
  ...change,
});
