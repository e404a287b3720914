/** Keys of a new binding, and the proof that this phone holds them. */

import { fromBase64, hex, joined, toBase64 } from "../credential/bytes";
import { encode } from "../credential/cbor";
import { compressed, newKey, sign } from "../credential/keys";

/** One a window, seven days of four windows; then from the first again. */
export const WINDOW_KEYS = 28;

export interface Challenge {
  readonly challenge: string;
}

/** Private keys that the browser never gives out. A window key is found by the first coordinate that its pass names. */
export interface NewKeys {
  readonly deviceKey: CryptoKey;
  readonly keys: readonly { readonly name: string; readonly key: CryptoKey }[];
}

/** What is signed: ["YMT1-bind", challenge, device key, window keys joined]. */
export function proofMessage(challenge: Uint8Array, device: Uint8Array, windows: readonly Uint8Array[]): Uint8Array {
  return encode(["YMT1-bind", challenge, device, joined(...windows)]);
}

/** New keys, and the fields that prove them to the server. */
export async function proven({ challenge }: Challenge): Promise<{ keys: NewKeys; body: Record<string, unknown> }> {
  const device = await newKey();
  const windows = await Promise.all(Array.from({ length: WINDOW_KEYS }, newKey));
  const point = await compressed(device.publicKey);
  const points = await Promise.all(windows.map(({ publicKey }) => compressed(publicKey)));
  const signature = await sign(device.privateKey, proofMessage(fromBase64(challenge), point, points));
  return {
    keys: {
      deviceKey: device.privateKey,
      keys: windows.map(({ privateKey }, index) => ({ name: hex((points[index] ?? point).slice(1)), key: privateKey })),
    },
    body: {
      challenge,
      device_key: toBase64(point),
      window_keys: points.map(toBase64),
      signature: toBase64(signature),
    },
  };
}
