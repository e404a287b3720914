/** Every vector of vectors/ comes out in the browser's code as it does in Python: accepted with these claims, refused for this reason. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

import { describe, expect, it } from "vitest";

import { fromHex, hex, joined } from "../src/credential/bytes";
import {
  type Accepted,
  applyDelta,
  openRecent,
  openSnapshot,
  openTrustList,
  type Reason,
  RecallList,
  Refused,
  Seen,
  TrustList,
  verify,
  word,
} from "../src/credential/index";
import table from "../../src/yimatong/core/credential/reasons.json";

const FOLDER = join(import.meta.dirname, "../../vectors");
const filesOf = (...folders: string[]): string[] =>
  folders.flatMap((kind) =>
    readdirSync(join(FOLDER, kind))
      .filter((name) => name.endsWith(".json"))
      .map((name) => join(FOLDER, kind, name)),
  );
const FILES = filesOf("valid", "invalid");
/** Those that checkpoints.test.ts runs. */
const GATES = filesOf("checkpoints/valid", "checkpoints/invalid");

interface Given {
  root: string;
  list: string;
  at: number;
}
interface Vector {
  name: string;
  kind: "code" | "trust" | "recall" | "recent" | "word";
  expected: Record<string, unknown>;
  text: string;
  now: number;
  city: string;
  trust: Given;
  recall: string[] | null;
  earlier: { text: string; now: number }[];
  root: string;
  list: string;
  known_version: number;
  epoch: number;
  steps: { snapshot?: string; delta?: string }[];
  secret: string;
  data: string;
}

const read = (file: string): Vector => JSON.parse(readFileSync(file, "utf8")) as Vector;

function told(answer: Accepted | TrustList | Refused): Record<string, unknown> {
  if (answer instanceof Refused) return { refused: answer.reason, detail: answer.detail };
  if (answer instanceof TrustList) {
    const { version, city, minIat, keys } = answer;
    return { accepted: { version, city, min_iat: minIat, kids: keys.map(({ kid }) => hex(kid)) } };
  }
  const { cti, device, ...claims } = answer.claims;
  const point = device && hex(joined(Uint8Array.of(device.odd ? 3 : 2), device.x));
  return { accepted: { claims: { ...claims, cti: hex(cti), device: point }, ts: answer.ts, recall_age: answer.recallAge } };
}

async function toldList(answer: RecallList | Refused, now: number): Promise<Record<string, unknown>> {
  if (answer instanceof Refused) return told(answer);
  const { epoch, sequence, bits } = answer;
  const slots = [...answer.slots].sort((one, other) => one - other);
  return { accepted: { epoch, sequence, bits, age: answer.age(now), digest: hex(await answer.digest()), slots } };
}

function accepted<T>(answer: T | Refused): T {
  if (answer instanceof Refused) throw new Error(`${answer.reason} ${answer.detail}`);
  return answer;
}

const trusted = async ({ root, list, at }: Given): Promise<TrustList> =>
  accepted(await openTrustList(fromHex(list), fromHex(root), { now: at }));

const RUN: Record<Vector["kind"], (vector: Vector) => Promise<unknown>> = {
  async code({ text, now, city, trust: given, recall: lists, earlier }) {
    const trust = await trusted(given);
    const opened = lists && (await Promise.all(lists.map(async (list) => accepted(await openSnapshot(fromHex(list), { trust, now: given.at })))));
    const recall = opened && new Map(opened.map((list) => [list.epoch, list]));
    const seen = new Seen();
    for (const before of earlier) accepted(await verify(before.text, { now: before.now, trust, recall, city, seen }));
    return told(await verify(text, { now, trust, recall, city, seen }));
  },
  async trust({ list, root, now, known_version: knownVersion, city }) {
    return told(await openTrustList(fromHex(list), fromHex(root), { now, knownVersion, city }));
  },
  async recall({ trust: given, now, epoch, steps }) {
    const trust = await trusted(given);
    let known: RecallList | null = null;
    let answer: RecallList | Refused = new Refused("gap");
    for (const [place, { snapshot, delta }] of steps.entries()) {
      if (place > 0) known = accepted<RecallList>(answer);
      if (snapshot !== undefined) answer = await openSnapshot(fromHex(snapshot), { trust, now, epoch, known });
      else answer = await applyDelta(fromHex(delta ?? ""), accepted<RecallList>(known ?? answer), { trust, now });
    }
    return toldList(answer, now);
  },
  async recent({ trust: given, data }) {
    const answer = await openRecent(fromHex(data), await trusted(given));
    if (answer instanceof Refused) return told(answer);
    return { accepted: { ...answer, slots: [...answer.slots].sort((one, other) => one - other) } };
  },
  async word({ secret, expected }) {
    const said: Record<string, unknown> = {};
    for (const at of Object.keys(expected)) {
      const { zh, en } = await word(fromHex(secret), Number(at));
      said[at] = [zh, en];
    }
    return said;
  },
};

describe("the vectors", () => {
  it.each(FILES.map((file) => [basename(file, ".json"), file]))("%s comes out as it says", async (_name, file) => {
    const vector = read(file);
    expect(await RUN[vector.kind](vector)).toEqual(vector.expected);
  });

  it("are those of the Python package, none left out", () => {
    expect(FILES.length).toBeGreaterThan(60);
    const refused = new Set([...FILES, ...GATES].map((file) => read(file).expected.refused).filter(Boolean));
    refused.delete("unsealable");
    expect([...refused].sort()).toEqual(Object.keys(table.reasons).sort());
  });
});

describe("a refusal", () => {
  it("has the sentence and the remedy of the package's own table", () => {
    for (const reason of Object.keys(table.reasons) as Reason[]) {
      const refused = new Refused(reason);
      expect(refused.sentence).toBe(table.reasons[reason].sentence);
      expect(refused.remedy).toBe(table.reasons[reason].remedy);
    }
  });
});
