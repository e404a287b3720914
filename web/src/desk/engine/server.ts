/** What the offline desk says to the server: docs/reference/offline-desk.md. */

import { Asking, bytes, type Heard, jsonOf, list, number, type Said, text, toldOf } from "../../device/asking";
import type { Device, Enrolment } from "../../device/enrolment";
import { trouble } from "./problems";
import type { Waiting } from "./store";
import type { Block, Fate, Home, Luggage, Told } from "./types";
import { newDeviceKey } from "./vault";

export interface Result {
  readonly n: number;
  readonly fate: Fate;
  readonly told: Told | null;
}
export interface Given {
  readonly licence: Uint8Array;
  readonly sealing: Uint8Array;
  readonly clock: Heard;
}
export interface Synced {
  readonly results: readonly Result[];
  readonly ended: boolean;
  readonly given: Given | null;
  readonly extract: number | null;
}
export interface Carried {
  readonly luggage: Omit<Luggage, "at">;
  readonly blocks: readonly Block[];
  readonly used: readonly string[];
  readonly noNumbers: boolean;
  readonly route: readonly Home[] | null;
}

/** The enrolment of a desk: the device's part of the vault's key is made with it. */
export const ENROLMENT = {
  path: "/d/enrol",
  secretWrong: () => trouble("secret-wrong"),
  more: async (said: Said) => ({ licence: bytes(said, "licence"), sealing: bytes(said, "sealing"), deviceKey: await newDeviceKey() }),
} satisfies Enrolment<object>;

export class Server extends Asking {
  async sync(device: Device, records: readonly Waiting[], queued: number): Promise<Synced> {
    const asked = this.world.time();
    const said = await this.posted(device, "/d/sync", { records, queued });
    const ended = said.ended === true;
    const extract = said.extract as { epoch: number } | null | undefined;
    return {
      results: list<Said>(said, "results").map(resultOf),
      ended,
      given: ended ? null : given(said, this.heard(said, asked)),
      extract: extract?.epoch ?? null,
    };
  }

  async carry(device: Device, numbers: string | null, route: boolean): Promise<Carried> {
    const said = await this.posted(device, "/d/carry", { numbers, route });
    const { blocks, used, no_numbers, route: homes, ...luggage } = said;
    return {
      luggage: luggage as unknown as Omit<Luggage, "at">,
      blocks: blocks as Block[],
      used: used as string[],
      noNumbers: typeof no_numbers === "string",
      route: homes as Home[] | null,
    };
  }

  async extract(device: Device, etag: string): Promise<{ bytes: Uint8Array; etag: string } | null> {
    return this.changed(device, "/d/extract", etag);
  }

  async extractKey(device: Device): Promise<{ epoch: number; key: Uint8Array }> {
    const said = await this.posted(device, "/d/extract-key", {});
    return { epoch: number(said, "epoch"), key: bytes(said, "key") };
  }

  async divisions(device: Device): Promise<(readonly [number, string])[]> {
    return list(await jsonOf(await this.signed(device, "GET", "/d/divisions", "")), "divisions");
  }
}

function given(said: Said, clock: Heard): Given {
  return { licence: bytes(said, "licence"), sealing: bytes(said, "sealing"), clock };
}

function resultOf(said: Said): Result {
  const told = toldOf(said);
  return { n: number(said, "n"), fate: text(said, "state") as Fate, told: told.code ? told : null };
}
