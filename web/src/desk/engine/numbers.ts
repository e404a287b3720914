/** The number of a paper pass, `DDDDDD-SSSSSSS-C`: the twin of core/paper/numbers.py. */

const DIGITS = 14;
const HYPHENS = /[-‐‑‒–—―−﹘﹣－·._/\s]/gu;

/** ISO 7064 MOD 11,10. */
function checkDigit(body: string): number {
  let check = 5;
  for (const digit of body) check = ((check || 10) * 2 % 11 + Number(digit)) % 10;
  return (1 - ((check || 10) * 2) % 11 + 20) % 10;
}

export function numberOf(district: number, serial: number): string {
  const body = `${String(district).padStart(6, "0")}${String(serial).padStart(7, "0")}`;
  return `${body.slice(0, 6)}-${body.slice(6)}-${checkDigit(body)}`;
}

/** The number in what somebody typed, as it stands on the pass; null where it is none. */
export function readNumber(text: string): string | null {
  const plain = text.normalize("NFKC").replace(HYPHENS, "");
  if (!/^\d+$/.test(plain) || plain.length !== DIGITS) return null;
  const number = numberOf(Number(plain.slice(0, 6)), Number(plain.slice(6, 13)));
  return number.endsWith(plain.slice(-1)) && Number(plain.slice(6, 13)) > 0 && Number(plain.slice(0, 6)) >= 110_000 ? number : null;
}
