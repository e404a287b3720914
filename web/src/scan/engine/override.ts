/**
 * The supervised override: when the lists are too old, the control office can let a scanner work on for a while, by a phone call.
 *
 * The scanner shows six digits, the office answers with eight; both are short HMACs under a secret that only the device and the
 * office have. It needs no network.
 */

const TRIES = 5;
const encoder = new TextEncoder();

export const overrideKey = (secret: Uint8Array): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", secret as BufferSource, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);

/** Six digits for the challenge number `counter` of a day (days since 1970 of the city's calendar). */
export const challengeOf = (key: CryptoKey, day: number, counter: number): Promise<string> =>
  digits(key, `YMT1-override-challenge\n${day}\n${counter}`, 6);

/** The eight digits that the office answers on a day. */
export const answerTo = (key: CryptoKey, day: number, challenge: string): Promise<string> =>
  digits(key, `YMT1-override-answer\n${day}\n${challenge}`, 8);

/** Whether an answer is right, today's or (around midnight) yesterday's. */
export async function isAnswer(key: CryptoKey, day: number, challenge: string, said: string): Promise<boolean> {
  const plain = said.replace(/\D/g, "");
  return plain === (await answerTo(key, day, challenge)) || plain === (await answerTo(key, day - 1, challenge));
}

/** Whether a challenge may be tried once more: eight digits are not to be guessed. */
export const mayTry = (tries: number): boolean => tries < TRIES;

async function digits(key: CryptoKey, message: string, count: number): Promise<string> {
  const mac = await crypto.subtle.sign("HMAC", key, encoder.encode(message));
  return String(new DataView(mac).getUint32(0) % 10 ** count).padStart(count, "0");
}
