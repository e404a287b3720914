/** What the scanner says to the server. */

import { fromBase64, fromHex } from "../../credential/bytes";
import { Asking, bytes, type Heard, jsonOf, list, maybeBytes, number, type Said } from "../../device/asking";
import type { Device, Enrolment } from "../../device/enrolment";
import { overrideKey } from "./override";
import { trouble } from "./problems";
import type { Stored } from "./records";
import type { ApplyForm, Division, NotTaken } from "./types";

export { SaidNo } from "../../device/asking";

export interface SyncAnswer {
  readonly taken: readonly number[];
  readonly refused: readonly NotTaken[];
  readonly licence: Uint8Array;
  readonly acknowledged: readonly { n: number; at: number; by: string }[];
  readonly extract: { readonly epoch: number; readonly bytes: number; readonly issued: number } | null;
  readonly words: Readonly<Record<string, Uint8Array>>;
  readonly sealing: Uint8Array | null;
  readonly override: Uint8Array | null;
  readonly clock: Heard;
}

export interface SyncBody {
  readonly records: readonly Stored[];
  readonly lists: { readonly trust: number; readonly policy: number; readonly recall: Readonly<Record<string, number>> };
  readonly clock: number;
}

/** The enrolment of a scanner: the key of the override and the key for sealing come with it. */
export const ENROLMENT = {
  path: "/s/enrol",
  secretWrong: () => trouble("secret-wrong"),
  more: async (said: Said) => ({
    licence: bytes(said, "licence"),
    overrideKey: await overrideKey(bytes(said, "override")),
    sealing: maybeBytes(said, "sealing") ?? undefined,
  }),
} satisfies Enrolment<object>;

export class Server extends Asking {
  async sync(device: Device, body: SyncBody): Promise<SyncAnswer> {
    const asked = this.world.time();
    const said = await this.posted(device, "/s/sync", body);
    const words = (said.words ?? {}) as Record<string, string>;
    return {
      taken: list<number>(said, "taken"),
      refused: list(said, "refused"),
      licence: bytes(said, "licence"),
      acknowledged: list(said, "acknowledged"),
      extract: (said.extract ?? null) as SyncAnswer["extract"],
      words: Object.fromEntries(Object.entries(words).map(([day, key]) => [day, fromBase64(key)])),
      sealing: maybeBytes(said, "sealing"),
      override: maybeBytes(said, "override"),
      clock: this.heard(said, asked),
    };
  }

  /** The register extract, or null where it is the one that `etag` names. */
  async extract(device: Device, etag: string): Promise<{ bytes: Uint8Array; etag: string } | null> {
    return this.changed(device, "/s/extract", etag);
  }

  async extractKey(device: Device): Promise<{ epoch: number; key: Uint8Array }> {
    const said = await this.posted(device, "/s/extract-key", {});
    return { epoch: number(said, "epoch"), key: bytes(said, "key") };
  }

  async apply(device: Device, form: Readonly<Record<string, unknown>>): Promise<Said> {
    return this.posted(device, "/s/apply", form);
  }

  async applyForm(device: Device): Promise<ApplyForm> {
    const said = await jsonOf(await this.signed(device, "GET", "/s/apply", ""));
    if (typeof said.statement !== "object" || said.statement === null) throw trouble("answer-wrong");
    return said as unknown as ApplyForm;
  }

  async divisions(device: Device, words: string): Promise<Division[]> {
    const path = `/s/divisions?q=${encodeURIComponent(words)}`;
    return list<Division>(await jsonOf(await this.signed(device, "GET", path, "")), "found");
  }
}

/** The device's id as bytes. */
export const deviceBytes = (device: Device): Uint8Array => fromHex(device.id);
