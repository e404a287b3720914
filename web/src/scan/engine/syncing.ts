/**
 * Sending the records, exactly once whatever happens to the connection: a record stays queued until the server has named its
 * number, and the server takes a number once. Which tab sends, a lock decides.
 */

import { extractKey } from "../../checkpoints/extract";
import type { Clock } from "../../device/clock";
import type { Lists } from "./lists";
import { overrideKey } from "./override";
import { SaidNo, type Server, type SyncAnswer } from "./server";
import type { Device } from "../../device/enrolment";
import type { Kept, Store } from "./store";
import type { NotTaken } from "./types";

export const BATCH = 200;
/** Records of a batch once the connection has shown that it is quick: what the server takes at most. */
const MOST = 500;
/** Milliseconds in which a full batch is answered over a quick connection. */
const QUICK = 3_000;
const WRONG_BODY = 400;
/** The server's own fault over a record: it stays queued, and is sent again with the next round. */
const LATER = "record-unexpected";
/** Seconds for which an acknowledged hand-over is still shown. */
const ACKNOWLEDGED_SHOWN = 900;

export class Syncing {
  /** The epoch of the register extract that the last answer named. */
  private wanted: number | null = null;

  constructor(
    private readonly store: Store,
    private readonly server: Server,
    private readonly lists: Lists,
    private readonly clock: Clock,
  ) {}

  /** Sends everything that is queued; asks once also when nothing is. Rejects with Trouble, and then nothing is lost. */
  async run(device: Device): Promise<void> {
    let size = BATCH;
    for (;;) {
      const records = await this.store.records(size);
      const began = performance.now();
      const left = await this.send(device, records).catch(async (flaw: unknown) => {
        if (!(flaw instanceof SaidNo && flaw.status === WRONG_BODY && records.length > 0)) throw flaw;
        if (records.length > 1) size = Math.max(1, records.length >> 1);
        else await this.store.settle([], records.map(({ n }) => ({ n, ...sentence(flaw) })), []);
        return true;
      });
      if (!left) return;
      if (size === BATCH && records.length === BATCH && performance.now() - began < QUICK) size = MOST;
    }
  }

  /** One batch; whether more is to be sent. */
  private async send(device: Device, records: Awaited<ReturnType<Store["records"]>>): Promise<boolean> {
    const body = { records, lists: this.lists.versions(), clock: this.clock.state().offset };
    const answer = await this.server.sync(device, body);
    const sent = new Set(records.map(({ n }) => n));
    const taken = answer.taken.filter((n) => sent.has(n));
    const refused = answer.refused.filter(({ n, code }) => sent.has(n) && code !== LATER);
    await this.store.settle(taken, refused, answer.acknowledged);
    await this.learn(answer);
    return taken.length + refused.length > 0 && (await this.store.queued()) > 0;
  }

  private async learn(answer: SyncAnswer): Promise<void> {
    const { now, shift, asked, heard } = answer.clock;
    this.clock.hear({ now, shift }, asked, heard);
    const seconds = this.clock.seconds();
    const values: { -readonly [K in keyof Kept]?: Kept[K] } = {
      licence: answer.licence,
      words: answer.words,
      clock: this.clock.kept(),
      synced: seconds,
    };
    if (answer.sealing) values.sealing = answer.sealing;
    if (answer.override) values.overrideKey = await overrideKey(answer.override);
    await this.store.put(values);
    await this.store.tidyWaiting(seconds - ACKNOWLEDGED_SHOWN);
    this.wanted = answer.extract?.epoch ?? null;
    if (!answer.extract) await this.store.put({ extract: undefined, extractTag: undefined, extractKey: undefined });
  }

  /** Fetches the register extract that the last answer named. */
  async register(device: Device): Promise<void> {
    if (this.wanted === null) return;
    const [etag, key] = [await this.store.get("extractTag"), await this.store.get("extractKey")];
    const fetched = await this.server.extract(device, etag ?? "");
    if (fetched) await this.store.put({ extract: fetched.bytes, extractTag: fetched.etag });
    if (key?.epoch !== this.wanted) await this.fetchKey(device);
    this.wanted = null;
  }

  private async fetchKey(device: Device): Promise<void> {
    const { epoch, key } = await this.server.extractKey(device);
    await this.store.put({ extractKey: { epoch, key: await extractKey(key) } });
    key.fill(0);
  }
}

const sentence = ({ problem }: SaidNo): Omit<NotTaken, "n"> => ({ code: problem.code, sentence: problem.sentence });
