/**
 * The enrolment of a device: a key of its own, proved with the secret of a QR code that is good once.
 *
 * The key is kept before it is sent. When no answer was heard, also over a restart, the same enrolment is asked for again with the
 * same key and is the same to the server; when the server says no, the key goes.
 */

import { toBase64 } from "../credential/bytes";
import { encode } from "../credential/cbor";
import { compressed, newKey, pointOf, sign } from "../credential/keys";
import { type Asking, bytes, type Identity, type Said, SaidNo, text } from "./asking";
import type { Clock, KeptClock } from "./clock";
import { deviceTrouble, type Trouble } from "./problems";
import type { World } from "./world";

const SECRET = /^[0-9A-HJKMNP-TV-Z]{26}$/;
const DEVICE = /^[0-9a-f]{32}$/;
const IN_ADDRESS = "#enrol=";

/** Who this device is, by what name people know it, and the compressed point of the city's root key: every signed file hangs on it. */
export interface Device extends Identity {
  readonly name: string;
  readonly root: Uint8Array;
}

/** A key and the secret that it enrols with, kept until the server's answer was heard. */
export interface Enrolling {
  readonly secret: string;
  readonly pair: CryptoKeyPair;
}

/** What is stored with the server's answer, in one transaction. */
interface Enrolled {
  readonly device: Device;
  readonly clock: KeptClock;
  readonly enrolling: undefined;
  readonly ended: undefined;
}

/** The parts of a page's engine that an enrolment goes through. */
interface Parts<More> {
  readonly world: Pick<World, "alone">;
  readonly clock: Clock;
  readonly server: Asking;
  readonly store: {
    get(name: "device"): Promise<Device | undefined>;
    get(name: "enrolling"): Promise<Enrolling | undefined>;
    put(values: (Enrolled & More) | { readonly enrolling: Enrolling | undefined }): Promise<void>;
  };
}

/** What is a page's own of it: where it is asked, what is said of a secret that cannot be one, and what else of the answer is kept. */
export interface Enrolment<More> {
  readonly path: string;
  readonly secretWrong: () => Trouble;
  readonly more: (said: Said) => Promise<More>;
}

/**
 * Enrols this device and stores who it is; in one tab at a time. Rejects with Trouble: the page's own for a wrong secret,
 * `already-enrolled`, `no-connection`, `answer-wrong`, or what the server said (SaidNo); nothing but the key is stored then.
 */
export async function enrol<More extends object>({ world, clock, server, store }: Parts<More>, page: Enrolment<More>, typed: string, name: string): Promise<void> {
  const secret = secretOf(typed);
  if (!secret) throw page.secretWrong();
  await world.alone("enrol", async () => {
    if (await store.get("device")) throw deviceTrouble("already-enrolled");
    const before = await store.get("enrolling");
    const enrolling = before?.secret === secret ? before : { secret, pair: await newKey() };
    await store.put({ enrolling });
    const { said, clock: heard } = await server.unsigned(page.path, await proven(enrolling, name)).catch(async (flaw: unknown) => {
      if (flaw instanceof SaidNo) await store.put({ enrolling: undefined });
      throw flaw;
    });
    const device = { id: text(said, "device"), name, key: enrolling.pair.privateKey, root: bytes(said, "root") };
    if (!DEVICE.test(device.id) || !pointOf(device.root)) throw deviceTrouble("answer-wrong");
    const more = await page.more(said);
    clock.hear(heard, heard.asked, heard.heard);
    await store.put({ device, ...more, clock: clock.kept(), enrolling: undefined, ended: undefined });
  });
}

/** The body of an enrolment, with the proof that whoever has the secret has the key. */
async function proven({ secret, pair }: Enrolling, name: string): Promise<Said> {
  const point = await compressed(pair.publicKey);
  const signature = await sign(pair.privateKey, encode(["YMT1-enrol", secret, point]));
  return { secret, point: toBase64(point), name, signature: toBase64(signature) };
}

/** The secret of what was scanned or typed: the whole address, or its 26 signs, with what people write for 0 and 1. */
export function secretOf(typed: string): string | null {
  const plain = (typed.split(IN_ADDRESS).at(-1) ?? "").toUpperCase().replace(/[\s-]/g, "");
  const secret = plain.replaceAll("O", "0").replace(/[IL]/g, "1");
  return SECRET.test(secret) ? secret : null;
}

/** The secret in the page's address, taken out of it at once: nobody may read it over a shoulder or in the history. */
export function secretInAddress(): string {
  const { hash, pathname } = location;
  if (!hash.startsWith(IN_ADDRESS)) return "";
  history.replaceState(null, "", pathname);
  return hash.slice(IN_ADDRESS.length);
}
