/** The body of the signed policy file: what is in force at checkpoints, read strictly. Its form: docs/reference/code-format.md. */

import { hex } from "../credential/bytes";
import { Malformed } from "../credential/cbor";
import type { When } from "./matrix";
import { type Action, ACTIONS, ASKED, type Asked, type Authority, AUTHORITIES, FIELDS, type Field } from "./situation";

/** Words by the language's tag: Chinese and English, and whatever others there are. */
export type Words = Readonly<Record<string, string>>;
export type Listed = Words & { readonly id: string };
export type Rung = Listed & { readonly text: Words; readonly from_minutes: number };
/** Another city whose codes are verified here: its root key in hexadecimal, and the colours that count. */
export type Recognised = Words & { readonly city: string; readonly root: string; readonly counts: readonly string[] };
export interface BodyRule {
  readonly id: string;
  readonly requirement: string;
  readonly title: Words;
  readonly because: Words;
  readonly when: When;
  readonly action: Action;
  readonly to: Authority | null;
  readonly slip: string | null;
  readonly ask: Asked | null;
}
export interface Hours {
  readonly trust_amber: number;
  readonly trust_stop: number;
  readonly recall_amber: number;
  readonly recall_stop: number;
  readonly policy_amber: number;
  readonly policy_stop: number;
  readonly override_minutes: number;
}
/** Names are those of the JSON. Days are closed on both sides; minutes, hours, tenths of a degree as the names say. */
export interface Body {
  readonly form: 1;
  readonly policy: string;
  readonly title: Words;
  readonly version: string;
  readonly first: string;
  readonly last: string;
  readonly fever_tenths: number;
  readonly hours: Hours;
  readonly retention_days: number;
  readonly impossible_kmh: number;
  readonly impossible_minutes_floor: number;
  readonly hand_over: { readonly acknowledge_minutes: number; readonly escalate_minutes: number };
  readonly stay_minutes: number;
  readonly plates: boolean;
  readonly matrix: readonly BodyRule[];
  readonly refusal_grounds: readonly Listed[];
  readonly complaint_kinds: readonly Listed[];
  readonly slips: readonly Listed[];
  readonly ladder: readonly Rung[];
  readonly duties: readonly Listed[];
  readonly cities: readonly Recognised[];
  readonly notice: readonly Words[];
  readonly script: readonly Words[];
  readonly palette: Readonly<Record<string, { readonly hex: string; readonly shape: string; readonly word: Words }>>;
  readonly actions: Readonly<Record<Action, Words>>;
  readonly authorities: Readonly<Record<Authority, Words>>;
  readonly fields: Readonly<Record<Field, Words>>;
  readonly values: Readonly<Record<Field, Readonly<Record<string, Words>>>>;
}

const FORM = 1;
const VERSION_SIGNS = 8;
const HOURS = ["trust_amber", "trust_stop", "recall_amber", "recall_stop", "policy_amber", "policy_stop", "override_minutes"];
const NUMBERS = ["fever_tenths", "retention_days", "impossible_kmh", "impossible_minutes_floor", "stay_minutes"];
const LISTS = ["refusal_grounds", "complaint_kinds", "slips", "ladder", "duties"];
const ROOT = /^0[23][0-9a-f]{64}$/;

/** The version that a body must name: the first eight signs of the SHA-256 of its canonical JSON without the version. */
export async function versionOf({ version: _, ...rest }: Body): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(sorted(rest)));
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))).slice(0, VERSION_SIGNS);
}

/** The same value with the keys of every object in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

/** The body of these bytes; throws Malformed("body-form") where a scanner could not work by it. */
export function readBody(bytes: Uint8Array): Body {
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw new Malformed("body-form");
  }
  if (!isBody(body)) throw new Malformed("body-form");
  return body;
}

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isWords = (value: unknown): boolean => isObject(value) && isText(value["zh"]) && isText(value["en"]);
const isListOf = (value: unknown, is: (one: unknown) => boolean): boolean => Array.isArray(value) && value.every(is);
const isNamed = (value: unknown): boolean => isWords(value) && isText((value as Json)["id"]);

function isBody(body: unknown): body is Body {
  if (!isObject(body) || body["form"] !== FORM) return false;
  const { hours, matrix, palette, hand_over: handOver } = body;
  return (
    ["policy", "version", "first", "last"].every((key) => isText(body[key])) &&
    NUMBERS.every((key) => isCount(body[key])) &&
    isObject(hours) && HOURS.every((key) => isCount(hours[key])) &&
    isObject(handOver) && isCount(handOver["acknowledge_minutes"]) && isCount(handOver["escalate_minutes"]) &&
    typeof body["plates"] === "boolean" &&
    LISTS.every((key) => isListOf(body[key], isNamed)) &&
    isListOf(body["ladder"], (rung) => isObject(rung) && isCount(rung["from_minutes"]) && isWords(rung["text"])) &&
    isListOf(body["cities"], isRecognised) &&
    isListOf(body["notice"], isWords) && isListOf(body["script"], isWords) &&
    isObject(palette) && Object.values(palette).every((shade) => isObject(shade) && isWords(shade["word"])) &&
    isObject(body["actions"]) && ACTIONS.every((action) => isWords((body["actions"] as Json)[action])) &&
    isListOf(matrix, isLine) && (matrix as unknown[]).length > 0
  );
}

function isRecognised(one: unknown): boolean {
  if (!isWords(one) || !isObject(one)) return false;
  return isText(one["city"]) && isText(one["root"]) && ROOT.test(one["root"]) && isListOf(one["counts"], isText);
}

function isLine(line: unknown): boolean {
  if (!isObject(line) || !isText(line["id"]) || !isWords(line["because"]) || !isWords(line["title"])) return false;
  const { action, to, slip, ask, when } = line;
  return (
    (ACTIONS as readonly unknown[]).includes(action) &&
    (to === null || (AUTHORITIES as readonly unknown[]).includes(to)) &&
    (slip === null || isText(slip)) &&
    (ask === null || (isText(ask) && Object.hasOwn(ASKED, ask))) &&
    isObject(when) && Object.entries(when).every(([field, values]) => isOf(field, values))
  );
}

function isOf(field: string, values: unknown): boolean {
  if (!Object.hasOwn(FIELDS, field)) return false;
  const known: readonly string[] = FIELDS[field as Field];
  return isListOf(values, (value) => isText(value) && known.includes(value));
}
