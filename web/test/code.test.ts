import { describe, expect, it } from "vitest";

import { encode45 } from "../src/credential/base45";
import { joined } from "../src/credential/bytes";
import { compressed, isSigned, newKey, otherCoordinate, pointOf, publicKey, sign } from "../src/credential/keys";
import { read } from "../src/credential/passes";
import { proofMessage, proven, WINDOW_KEYS } from "../src/code/proof";
import { drawQr } from "../src/device/qr";
import { EVERY, isDue, signShown } from "../src/code/signing";
import { dayInWords, moment, say } from "../src/code/texts";
import { said } from "../src/code/view/field";
import { face } from "../src/code/face";
import { at, DAY, held, strip } from "./phone";

describe("the sentences", () => {
  it("tell instants in the city's own time, the end of a day as its 24:00", () => {
    expect(moment("zh", at(18) * 1000)).toBe("2月20日 18:00");
    expect(moment("en", at(18) * 1000)).toBe("20 Feb, 18:00");
    expect(moment("zh", at(0, 0, DAY + 1) * 1000)).toBe("2月20日 24:00");
    expect(dayInWords("en", at(8) * 1000)).toContain("20 Feb");
  });

  it("fill their gaps and leave no other", () => {
    expect(say("en", "clockSlow", { minutes: 5 })).toContain("5 min slow");
    expect(say("zh", "aboutClockValue", { seconds: 3 })).toBe("3秒");
  });
});

describe("the field", () => {
  const palette = { green: { shape: "circle", word: { zh: "绿码", en: "Green" } }, unknown: { shape: "ring", word: { zh: "未申领", en: "No code" } } };

  it("has the policy's word and shape for a valid pass", () => {
    expect(said(face("bound", strip(), at(8)), palette, "zh")).toMatchObject({ colour: "green", shape: "circle", word: "绿码" });
  });

  it("is grey for everything else, and says what to do", () => {
    for (const standing of ["bound", "moved", "ended", "not-judged"] as const) {
      const grey = said(face(standing, [], at(8)), palette, "en");
      expect(grey.colour).toBe("unknown");
      expect(grey.sentence.length).toBeGreaterThan(20);
    }
    expect(said(face("bound", strip(DAY, { kind: 3, colour: "red" }), at(8)), palette, "en").colour).toBe("unknown");
  });
});

describe("the QR code", () => {
  it("has 65 modules a side at most for the longest text, in alphanumeric mode at level M", () => {
    const longest = "YMT1:" + encode45(new Uint8Array(276).fill(0xff));
    expect(longest).toHaveLength(419);
    expect(drawQr(longest).size).toBe(65);
    expect(() => drawQr(`${longest}A`)).toThrow();
  });

  it("is signed anew every twelve seconds, for another pass, and when the clock went back", () => {
    const one = held(DAY * 24);
    const shown = { text: "", at: 1000, pass: one.pass };
    expect([999, 1000, 1011, 1012].map((now) => isDue(shown, one, now))).toEqual([true, false, false, true]);
    expect(isDue(shown, held(DAY * 24 + 6), 1001)).toBe(true);
    expect(isDue(null, one, 1000)).toBe(true);
    expect(EVERY).toBeLessThanOrEqual(15);
  });

  it("holds the phone's signature over pass and second", async () => {
    const { privateKey } = await newKey();
    const { text } = await signShown(held(DAY * 24), at(8), privateKey);
    expect(text).toMatch(/^YMT1:[0-9A-Z $%*+\-./:]+$/);
    expect(read(text)).toMatchObject({ reason: "malformed" });
  });
});

describe("a phone's keys", () => {
  it("cannot be given out", async () => {
    const { privateKey } = await newKey();
    expect(privateKey.extractable).toBe(false);
    await expect(crypto.subtle.exportKey("pkcs8", privateKey)).rejects.toThrow();
  });

  it("are found again from half of their point", async () => {
    for (let count = 0; count < 20; count += 1) {
      const { publicKey: key, privateKey } = await newKey();
      const raw = new Uint8Array(await crypto.subtle.exportKey("raw", key));
      const point = pointOf(await compressed(key));
      expect(otherCoordinate(point!)).toEqual(raw.slice(33));
      const message = Uint8Array.of(count);
      expect(await isSigned((await publicKey(point!))!, await sign(privateKey, message), message)).toBe(true);
    }
  });

  it("outside the curve are none", async () => {
    const x = new Uint8Array(32);
    x[31] = 1;
    expect(otherCoordinate({ x, odd: false })).toBeNull();
    expect(otherCoordinate({ x: new Uint8Array(32).fill(255), odd: true })).toBeNull();
    expect(pointOf(new Uint8Array(33))).toBeNull();
  });

  it("are 28 for a binding, all different, proved by the device's key over challenge and keys", async () => {
    const { keys, body } = await proven({ challenge: "AAEC" });
    expect(keys.keys).toHaveLength(WINDOW_KEYS);
    expect(new Set(keys.keys.map(({ name }) => name)).size).toBe(WINDOW_KEYS);
    const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64url"));
    const windows = (body.window_keys as string[]).map(bytes);
    const device = bytes(body.device_key as string);
    const message = proofMessage(Uint8Array.of(0, 1, 2), device, windows);
    expect(joined(...windows)).toHaveLength(924);
    expect(await isSigned((await publicKey(pointOf(device)!))!, bytes(body.signature as string), message)).toBe(true);
  });
});
