/** Enrolling this device: a key of its own, proved with the secret of a QR code that is good once. */

import { pointOf, newKey } from "../../credential/keys";
import { type Clock } from "../../device/clock";
import { secretOf } from "../../device/secret";
import { overrideKey } from "./override";
import { trouble } from "./problems";
import { SaidNo, type Server } from "./server";
import type { Device, Enrolling, Store } from "./store";

/** Enrols and stores who we are. When no answer was heard the key is kept, and the same enrolment is asked for again. */
export async function enrolled(said: string, name: string, server: Server, store: Store, clock: Clock): Promise<Device> {
  const secret = secretOf(said);
  if (!secret) throw trouble("secret-wrong");
  const before = await store.get("enrolling");
  const enrolling: Enrolling = before?.secret === secret ? before : { secret, pair: await newKey() };
  await store.put({ enrolling });
  const answer = await server.enrol(secret, name, enrolling.pair).catch(async (flaw: unknown) => {
    if (flaw instanceof SaidNo) await store.put({ enrolling: undefined });
    throw flaw;
  });
  if (!/^[0-9a-f]{32}$/.test(answer.device) || !pointOf(answer.root)) throw trouble("answer-wrong");
  const { now, shift, asked, heard } = answer.clock;
  clock.hear({ now, shift }, asked, heard);
  const device: Device = { id: answer.device, name, key: enrolling.pair.privateKey, root: answer.root };
  await store.put({
    device,
    licence: answer.licence,
    overrideKey: await overrideKey(answer.override),
    sealing: answer.sealing ?? undefined,
    clock: clock.kept(),
    enrolling: undefined,
    ended: undefined,
  });
  return device;
}
