/** The code of one use with which a device enrols. */

const SECRET = /^[0-9A-HJKMNP-TV-Z]{26}$/;

/** The secret of what was scanned or typed: the whole address, or its 26 signs, with what people write for 0 and 1. */
export function secretOf(said: string): string | null {
  const plain = (said.split("#enrol=").at(-1) ?? "").toUpperCase().replace(/[\s-]/g, "");
  const secret = plain.replaceAll("O", "0").replace(/[IL]/g, "1");
  return SECRET.test(secret) ? secret : null;
}
