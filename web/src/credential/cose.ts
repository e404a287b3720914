/** COSE_Sign1 (RFC 9052) as this house writes it: tagged, alg and kid protected, nothing unprotected, payload inside. */

import { decode, encode, LONGEST, Malformed, Tagged } from "./cbor";

export const ES256 = -7;
const [ALG, KID] = [1, 4];
const KID_BYTES = 4;
const SIGNATURE_BYTES = 64;

/** A message in the right form whose signature nobody has looked at yet. */
export interface Signed {
  readonly kid: Uint8Array;
  readonly alg: number;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  readonly toBeSigned: Uint8Array;
}

/** The parts of a message; throws Malformed when it is not in the form. */
export function open1(bytes: Uint8Array, longest = LONGEST): Signed {
  const message = decode(bytes, longest);
  if (!(message instanceof Tagged) || !Array.isArray(message.value) || message.value.length !== 4) {
    throw new Malformed("not-a-sign1");
  }
  const [header, plain, payload, signature] = message.value;
  if (!(header instanceof Uint8Array && payload instanceof Uint8Array && signature instanceof Uint8Array)) {
    throw new Malformed("not-a-sign1");
  }
  if (!(plain instanceof Map) || plain.size > 0) throw new Malformed("unprotected-header");
  if (signature.length !== SIGNATURE_BYTES) throw new Malformed("signature-length");
  const { alg, kid } = protectedBy(header);
  return { kid, alg, payload, signature, toBeSigned: encode(["Signature1", header, new Uint8Array(), payload]) };
}

function protectedBy(header: Uint8Array): { alg: number; kid: Uint8Array } {
  const named = decode(header);
  if (!(named instanceof Map) || !named.has(ALG)) throw new Malformed("alg-missing");
  if (!named.has(KID)) throw new Malformed("kid-missing");
  const [alg, kid] = [named.get(ALG), named.get(KID)];
  if (named.size !== 2 || (typeof alg !== "number" && typeof alg !== "bigint")) throw new Malformed("protected-header");
  if (!(kid instanceof Uint8Array) || kid.length !== KID_BYTES) throw new Malformed("kid-length");
  return { alg: Number(alg), kid };
}
