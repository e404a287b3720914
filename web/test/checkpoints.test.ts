/** The browser decides as Python does: every cell of the matrix, and every vector of what scanners are given. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

import { describe, expect, it } from "vitest";

import { cells, decide, type Extract, extractKey, lookUp, openExtract, openPolicyFile, readBody, versionOf } from "../src/checkpoints/index";
import { fromHex, hex, toBase64 } from "../src/credential/bytes";
import { AHEAD } from "../src/credential/epochs";
import { licenceAllows, openLicence, openSealed, openTrustList, Refused, sealTo, TrustList, zoneAt } from "../src/credential/index";
import { otherCoordinate, pointOf } from "../src/credential/keys";

const FOLDER = join(import.meta.dirname, "../../vectors/checkpoints");
const FILES = ["valid", "invalid"].flatMap((kind) => readdirSync(join(FOLDER, kind)).map((name) => join(FOLDER, kind, name)));
const ECDH = { name: "ECDH", namedCurve: "P-256" };

interface Given {
  root: string;
  list: string;
  at: number;
}
interface Vector {
  kind: "policy" | "licence" | "extract" | "sealed";
  expected: { refused?: string; accepted?: { allowed?: Record<string, boolean>; looks?: Record<string, unknown> } };
  data: string;
  now: number;
  trust: Given;
  known_issued: number;
  city: string;
  device: string;
  key: string;
  secret: string;
  point: string;
  beside: string;
}
interface Matrix {
  body: unknown;
  cells: number;
  lines: Record<string, object>;
  runs: [string, number][];
}

const read = (file: string): Vector => JSON.parse(readFileSync(file, "utf8")) as Vector;
const no = ({ reason, detail }: Refused): object => ({ refused: reason, detail });

async function trusted({ root, list, at }: Given): Promise<TrustList> {
  const trust = await openTrustList(fromHex(list), fromHex(root), { now: at });
  if (trust instanceof Refused) throw new Error(trust.reason);
  return trust;
}

/** The key pair of a test secret; WebCrypto takes it as a JWK. */
async function pairOf(secret: string, point: string): Promise<CryptoKeyPair> {
  const read = pointOf(fromHex(point));
  const y = read && otherCoordinate(read);
  if (!read || !y) throw new Error("no point");
  const open = { kty: "EC", crv: "P-256", x: toBase64(read.x), y: toBase64(y) };
  const privateKey = await crypto.subtle.importKey("jwk", { ...open, d: toBase64(fromHex(secret)) }, ECDH, false, ["deriveBits"]);
  return { privateKey, publicKey: await crypto.subtle.importKey("jwk", open, ECDH, true, []) };
}

const RUN: Record<Vector["kind"], (vector: Vector) => Promise<unknown>> = {
  async policy({ data, now, trust, known_issued: knownIssued, city }) {
    const file = await openPolicyFile(fromHex(data), { trust: await trusted(trust), now, knownIssued, city });
    return file instanceof Refused ? no(file) : { accepted: { ...file, body: file.body.version } };
  },
  async licence({ data, now, trust, device, expected }) {
    const licence = await openLicence(fromHex(data), { trust: await trusted(trust), now, device: fromHex(device) });
    if (licence instanceof Refused) return no(licence);
    const times = Object.keys(expected.accepted?.allowed ?? {});
    const allowed = Object.fromEntries(times.map((at) => [at, licenceAllows(licence, Number(at), AHEAD)]));
    const zones = Object.fromEntries(times.map((at) => [at, zoneAt(licence, Number(at), AHEAD)]));
    const { titleZh, titleEn, controlHours: control_hours, ...rest } = licence;
    return { accepted: { ...rest, device: hex(licence.device), title_zh: titleZh, title_en: titleEn, control_hours, allowed, zones } };
  },
  async extract({ data, now, trust, key, expected }) {
    const extract = await openExtract(fromHex(data), { trust: await trusted(trust), now });
    if (extract instanceof Refused) return no(extract);
    const { epoch, district, count } = extract;
    return { accepted: { epoch, district, count, looks: await looksOf(extract, key, Object.keys(expected.accepted?.looks ?? {}), now) } };
  },
  async sealed({ data, secret, point, beside }) {
    const text = await openSealed(await pairOf(secret, point), fromHex(data), fromHex(beside));
    return text ? { accepted: { text: hex(text) } } : { refused: "unsealable", detail: "" };
  },
};

async function looksOf(extract: Extract, key: string, documents: string[], now: number): Promise<Record<string, unknown>> {
  const looks: Record<string, unknown> = {};
  const holding = await extractKey(fromHex(key));
  for (const document of documents) {
    const answer = await lookUp(extract, holding, document, now);
    if (answer instanceof Refused) throw new Error(answer.reason);
    const tag = hex(answer.tag);
    looks[document] = answer.found ? { colour: answer.colour, name: answer.name, permit: answer.permit, tag } : { tag };
  }
  return looks;
}

describe("the vectors of checkpoints", () => {
  it.each(FILES.map((file) => [basename(file, ".json"), file]))("%s comes out as it says", async (_name, file) => {
    const vector = read(file);
    expect(await RUN[vector.kind](vector)).toEqual(vector.expected);
  });

  it("are those of the Python package, none left out", () => {
    expect(FILES.length).toBeGreaterThan(45);
  });
});

describe("the matrix", () => {
  const matrix = JSON.parse(readFileSync(join(FOLDER, "matrix.json"), "utf8")) as Matrix;
  const body = readBody(new TextEncoder().encode(JSON.stringify(matrix.body)));

  it("decides every cell as Python and the specimen travellers do", () => {
    const expected = matrix.runs.flatMap(([line, count]) => Array<string>(count).fill(line));
    expect(expected.length).toBe(35640);
    const wrong = [...cells()].filter((situation, number) => {
      const line = expected[number] ?? "";
      return JSON.stringify(decide(situation, body.matrix)) !== JSON.stringify(ordered(line, matrix.lines[line]));
    });
    expect(wrong).toEqual([]);
    expect([...cells()].length).toBe(matrix.cells);
  });

  it("names itself by its own digest", async () => {
    expect(await versionOf(body)).toBe(body.version);
    expect(await versionOf({ ...body, plates: true })).not.toBe(body.version);
  });

  it.each([
    ["another form", { form: 2 }],
    ["a field that is none", { matrix: [{ ...(body.matrix[0] as object), when: { plate: ["浙B"] } }] }],
    ["a value that is none", { matrix: [{ ...(body.matrix[0] as object), when: { verdict: ["blue"] } }] }],
    ["an action that is none", { matrix: [{ ...(body.matrix[0] as object), action: "arrest" }] }],
    ["no line", { matrix: [] }],
    ["no hours", { hours: {} }],
  ])("is refused with %s", (_what, changes) => {
    expect(() => readBody(new TextEncoder().encode(JSON.stringify({ ...body, ...changes })))).toThrow("body-form");
  });
});

/** A decision with its parts in the order in which the browser has them. */
function ordered(rule: string, line: object | undefined): object {
  const { action, to, slip, ask } = { action: "", to: null, slip: null, ask: null, ...line };
  return { action, rule, to, slip, ask };
}

describe("a sealed box", () => {
  const { secret, point } = read(join(FOLDER, "valid", "sealed.json"));
  const text = new TextEncoder().encode("王小明");

  it("is opened by the receiver's key beside the same words, and is another one each time", async () => {
    const pair = await pairOf(secret, point);
    const one = await sealTo(fromHex(point), text, fromHex("0a"));
    const other = await sealTo(fromHex(point), text, fromHex("0a"));
    expect(await openSealed(pair, one, fromHex("0a"))).toEqual(text);
    expect(await openSealed(pair, one, fromHex("0b"))).toBeNull();
    expect(hex(one)).not.toBe(hex(other));
    expect(one.length).toBe(33 + text.length + 16);
  });

  it("is not made for a point off the curve", async () => {
    await expect(sealTo(fromHex(`02${"ff".repeat(32)}`), text, text)).rejects.toThrow(TypeError);
  });
});
