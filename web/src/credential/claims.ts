/** What a pass says. The numbers of claims are never used again for something else; docs/reference/code-format.md lists them. */

import { decode, type Key, Malformed, type Value } from "./cbor";
import { epochOf, LONGEST_LIFE } from "./epochs";
import { type Point } from "./keys";

const [ISS, EXP, NBF, IAT, CTI, CNF, PRIVATE] = [1, 4, 5, 6, 7, 8, -65537];
const [KIND, COLOUR, NAME, TAIL, CHECK, SLOT, NUMBER, PERMIT, EPOCH] = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const [CTI_BYTES, NAME_BYTES, TAIL_SIGNS, NUMBER_SIGNS, PERMITS] = [8, 8, 4, 20, 23];
const EARLIEST = 2 ** 16;
const LATEST = 2 ** 32 - 1;

/** What the pass is: shown by a phone, printed, or made for training (its verdict is always grey). */
export const E_CODE = 1;
export const PAPER = 2;
export const TRAINING = 3;
const COLOURS = ["green", "yellow", "red"] as const;
export type Colour = (typeof COLOURS)[number];

/** Everything that a pass says; no reason, no test, no symptom has a place in it. Times are seconds (Unix). */
export interface Claims {
  readonly city: string;
  readonly exp: number;
  readonly nbf: number;
  readonly iat: number;
  readonly cti: Uint8Array;
  readonly kind: number;
  readonly colour: Colour;
  /** The masked name. */
  readonly name: string;
  /** The end of the document's number. */
  readonly tail: string;
  readonly check: number;
  readonly slot: number;
  readonly epoch: number;
  /** The phone's key; null on paper. */
  readonly device: Point | null;
  /** The number of a paper pass. */
  readonly number: string | null;
  /** The class of a special permit. */
  readonly permit: number | null;
}

type Kinds = readonly (readonly [number, "text" | "int" | "bytes" | "map"])[];
const OUTER: Kinds = [
  [ISS, "text"],
  [EXP, "int"],
  [NBF, "int"],
  [IAT, "int"],
  [CTI, "bytes"],
  [PRIVATE, "map"],
];
const INNER: Kinds = [
  [KIND, "int"],
  [COLOUR, "int"],
  [NAME, "text"],
  [TAIL, "text"],
  [CHECK, "int"],
  [SLOT, "int"],
];
const OPTIONAL: Kinds = [
  [NUMBER, "text"],
  [PERMIT, "int"],
  [EPOCH, "int"],
];

/** The claims of a payload; throws Malformed where it is not exactly what the city writes. */
export function readClaims(payload: Uint8Array): Claims {
  const claims = parsed(payload);
  const flaw = flawOf(claims);
  if (flaw) throw new Malformed(flaw);
  return claims;
}

function parsed(payload: Uint8Array): Claims {
  const held = decode(payload);
  if (!(held instanceof Map) || !isClosed(held, [ISS, EXP, NBF, IAT, CTI, CNF, PRIVATE])) throw new Malformed("claims-unknown");
  demand(held, OUTER);
  const inner = held.get(PRIVATE) as Map<Key, Value>;
  demand(inner, INNER);
  if (!isClosed(inner, [...INNER, ...OPTIONAL].map(([key]) => key))) throw new Malformed("claims-unknown");
  demand(
    inner,
    OPTIONAL.filter(([key]) => inner.has(key)),
  );
  const int = (from: Map<Key, Value>, key: number): number => Number(from.get(key));
  const text = (key: number): string => inner.get(key) as string;
  if (![E_CODE, PAPER, TRAINING].includes(int(inner, KIND))) throw new Malformed("claim-kind");
  const colour = COLOURS[int(inner, COLOUR) - 1];
  if (!colour) throw new Malformed("claim-colour");
  const device = held.has(CNF) ? deviceOf(held.get(CNF)) : null;
  const said = inner.has(EPOCH) ? int(inner, EPOCH) : null;
  const epoch = device ? epochOf(int(held, NBF)) : said;
  if (epoch === null || (device && said !== null)) {
    throw new Malformed(!device && int(inner, KIND) === E_CODE ? "cnf-missing" : "claim-epoch");
  }
  return {
    city: held.get(ISS) as string,
    exp: int(held, EXP),
    nbf: int(held, NBF),
    iat: int(held, IAT),
    cti: held.get(CTI) as Uint8Array,
    kind: int(inner, KIND),
    colour,
    name: text(NAME),
    tail: text(TAIL),
    check: int(inner, CHECK),
    slot: int(inner, SLOT),
    epoch,
    device,
    number: inner.has(NUMBER) ? text(NUMBER) : null,
    permit: inner.has(PERMIT) ? int(inner, PERMIT) : null,
  };
}

/** Why such claims are not accepted: a word of reasons.json, or nothing. */
function flawOf(claims: Claims): string {
  const { city, exp, nbf, iat, name, tail, check, slot, epoch, permit } = claims;
  if (!/^[0-9]{6}$/.test(city)) return "claim-iss";
  if (!(EARLIEST <= nbf && nbf <= exp && exp <= LATEST && EARLIEST <= iat && iat <= exp)) return "claim-times";
  if (claims.cti.length !== CTI_BYTES) return "claim-cti";
  const size = new TextEncoder().encode(name).length;
  if (size < 1 || size > NAME_BYTES || /[\p{C}\p{Z}]/u.test(name.replaceAll(" ", ""))) return "claim-name";
  if (tail.length > TAIL_SIGNS || !/^[0-9A-Z]*$/.test(tail)) return "claim-tail";
  if (!(isWithin(check, 0, 65_535) && isWithin(slot, 0, LATEST) && isWithin(epoch, 0, LATEST))) return "claim-number";
  if (permit !== null && !isWithin(permit, 1, PERMITS)) return "claim-permit";
  return claims.device ? codeFlaw(claims) : paperFlaw(claims);
}

function codeFlaw({ kind, number, nbf, exp }: Claims): string {
  if (kind === PAPER) return "cnf-on-paper";
  if (number !== null) return "paper-number";
  return exp - nbf > LONGEST_LIFE ? "claim-life" : "";
}

function paperFlaw({ kind, number }: Claims): string {
  if (kind === E_CODE) return "cnf-missing";
  return number !== null && number.length <= NUMBER_SIGNS && /^[0-9A-Z-]+$/.test(number) ? "" : "paper-number";
}

/** The point of a COSE_Key inside cnf (RFC 8747). */
function deviceOf(cnf: Value | undefined): Point {
  const key = cnf instanceof Map && cnf.size === 1 ? cnf.get(1) : undefined;
  if (!(key instanceof Map) || key.size !== 4 || !isClosed(key, [1, -1, -2, -3])) throw new Malformed("claim-cnf");
  const [x, odd] = [key.get(-2), key.get(-3)];
  if (key.get(1) !== 2 || key.get(-1) !== 1 || !(x instanceof Uint8Array) || x.length !== 32 || typeof odd !== "boolean") {
    throw new Malformed("claim-cnf");
  }
  return { x, odd };
}

function demand(values: Map<Key, Value>, kinds: Kinds): void {
  for (const [key, kind] of kinds) {
    const value = values.get(key);
    if (value === undefined) throw new Malformed("claims-missing");
    if (kindOf(value) !== kind) throw new Malformed("claims-kind");
  }
}

function kindOf(value: Value): string {
  if (typeof value === "string") return "text";
  if (typeof value === "number" || typeof value === "bigint") return "int";
  if (value instanceof Uint8Array) return "bytes";
  return value instanceof Map ? "map" : "other";
}

const isClosed = (values: Map<Key, Value>, known: readonly number[]): boolean =>
  [...values.keys()].every((key) => typeof key === "number" && known.includes(key));

const isWithin = (value: number, least: number, most: number): boolean => value >= least && value <= most;
