/** An enrolled scanner for tests: the engine on a device whose clock, network, tabs and server the test holds. */

import { fromHex } from "../src/credential/bytes";
import { openEngine } from "../src/scan/engine";
import { type Engine, type Scanned, type Situation, Trouble } from "../src/scan/engine/types";
import { CITY_MS, Device } from "./scanning";
import { body, Office } from "./signing";

export const NOW = CITY_MS / 1000;
/** The window that it is at NOW: 2020-02-20, 10:00 in the city. */
export const EPOCH = 18_312 * 24 + 6;
export const HOUR = 3600;
/** One city for a file of tests. */
export const office = await Office.made();
let names = 0;

export const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "went well",
    (flaw: unknown) => (flaw instanceof Trouble ? flaw.problem.code : String(flaw)),
  );

/** Lets everything run that a click has begun. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((done) => setTimeout(done, 1));
};

interface Given {
  trust?: number;
  recall?: { sequence: number; slots?: number[]; at?: number };
  policy?: { at: number; change?: object };
  cities?: Readonly<Record<string, string>>;
}

/** Puts the signed files of a second on the server. */
export async function publish({ server }: Device, at: number, { trust = 1, recall = { sequence: 1 }, policy, cities }: Given = {}): Promise<void> {
  const epochs = [EPOCH, EPOCH + 6, 400_000];
  for (const epoch of epochs) {
    server.files.set(`recall/${epoch}/snapshot.ymt`, await office.snapshot(epoch, recall.sequence, recall.at ?? at, recall.slots ?? []));
  }
  const issued = policy?.at ?? at;
  server.files.set("trust.ymt", await office.trust(at, trust));
  server.files.set("checkpoints.ymt", await office.policyFile(body(policy?.change), issued));
  const listed = epochs.map((epoch) => ({ epoch, to: at + 86_400, snapshot: recall.sequence, sequence: recall.sequence }));
  const index = { trust: { version: trust }, recall: listed, checkpoints: { issued }, cities };
  server.files.set("index.json", new TextEncoder().encode(JSON.stringify(index)));
}

export async function device(licence: Parameters<Office["licence"]>[2] = {}): Promise<{ device: Device; engine: Engine; name: string }> {
  const held = new Device();
  held.server.root = office.root.point;
  held.server.licence = await office.licence(fromHex(held.server.device), NOW, licence);
  await publish(held, NOW);
  names += 1;
  const name = `engine-${names}`;
  const engine = await openEngine(held.tab(), name);
  await engine.enrol(`https://code.example/scan/#enrol=${held.server.secret}`, "东门一号");
  return { device: held, engine, name };
}

export const asked = (scanned: Scanned, change: Partial<Situation> = {}): Situation => ({
  verdict: scanned.verdict,
  carrier: scanned.carrier,
  temperature: "normal",
  origin: "not_asked",
  person: "not_asked",
  zone: "ordinary",
  permit: scanned.permit,
  document: "matched",
  ...change,
});

export async function pass(engine: Engine, scanned: Scanned, change: Partial<Situation> = {}): Promise<{ n: number; action: string }> {
  const situation = asked(scanned, change);
  const decision = engine.decide(situation);
  const { n } = await engine.finish({ scanned, situation, decision, temperature: 366, group: null });
  return { n, action: decision.action };
}

export const sent = ({ server }: Device): Record<string, unknown>[] => [...server.taken.values()].map((text) => JSON.parse(text) as Record<string, unknown>);
