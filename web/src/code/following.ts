/** The phone follows: it reads the recall list that gates read, one file for everybody, and looks in it for its own slots. */

import { openRecent, type RecentRecalls } from "../credential/recent";
import { openSnapshot } from "../credential/recall";
import { Refused } from "../credential/refusals";
import { openTrustList, TrustList } from "../credential/trust";
import { cityTime, type Learned } from "../device/cityTime";
import { learnFromList } from "./clock";
import type { Held } from "./face";
import type { Server } from "./server";
import type { Shown } from "./state";
import type { Store } from "./store";
import type { Person } from "./kept";

/** Seconds between two readings while the page is seen, by chance; and over which phones that were recalled ask for other passes. */
export const [SELDOM, OFTEN, SPREAD] = [60, 50, 20] as const;
/** Seconds: what was recalled while a strip was on its way may be issued in a list of just before. */
const ON_ITS_WAY = 300;
/** Seconds that a trust list is used before another is asked for; its own time is three days. */
const TRUSTED = 86_400;
/** Seconds: what is known lies so far ahead only where a clock was wrong. */
const AHEAD = 120;

/** What a reading came to. */
export interface Reading {
  /** What the list teaches of the time; null: nothing. */
  readonly learned: Learned | null;
  /** The second of city time at which the last list that is known was issued. */
  readonly known: number;
  /** Who is recalled, and whether that was minutes ago: then nobody else asks at this moment. */
  readonly recalled: readonly { readonly id: string; readonly isLate: boolean }[];
  readonly least: number;
  readonly within: number;
}

/** A list could not be verified: it is as if there had been none. */
export class NotOurs extends Error {}

export class Following {
  private trust: TrustList | null = null;

  constructor(
    private readonly store: Store,
    private readonly server: Server,
    /** The city's root keys (compressed points), as they came with the page. */
    private readonly roots: readonly Uint8Array[],
  ) {}

  /** Reads the list of the last minutes; those of hours and the whole one only for somebody who has not looked for so long. */
  async read(people: readonly Shown[], own: () => number, before: Learned): Promise<Reading> {
    const fetched = await this.server.file("recent.ymt");
    const recent = fetched && (await this.opened(fetched.bytes));
    if (!fetched || !recent) throw new NotOurs();
    let known = await this.store.known();
    const issue = { issued: recent.issued * 1000, isNews: recent.issued >= known };
    const learned = fetched.heard && learnFromList(issue, fetched.heard, own(), before);
    const now = cityTime(own(), learned ?? before) / 1000;
    if (known > now + AHEAD) known = 0;
    const { least, within } = recent;
    if (recent.issued < known) return { learned, known, recalled: [], least, within };
    const slots = new Map(people.flatMap(({ person, held }) => slotIn(recent.epoch, person, held)));
    const since = [...slots].map(([{ asOf = 0 }]) => Math.max(known, asOf - ON_ITS_WAY));
    const earlier = await this.earlier(recent, since);
    const [late, soon] = [earlier ?? new Set<number>(), recent.slots];
    const recalled = [...slots].filter(([, slot]) => soon.has(slot) || late.has(slot)).map(([{ id }, slot]) => ({ id, isLate: !soon.has(slot) }));
    if (earlier) known = recent.issued;
    await this.store.keepKnown(known);
    return { learned, known, recalled, least, within };
  }

  /** The slots recalled before what `recent` holds, as far back as somebody here needs; null where that cannot be had now. */
  private async earlier(recent: RecentRecalls, since: readonly number[]): Promise<Set<number> | null> {
    const found = new Set<number>();
    const oldest = Math.min(...since);
    if (oldest > recent.since) return found;
    const folder = `recall/${recent.epoch}`;
    const fetched = await this.server.file(`${folder}/hours.ymt`);
    const hours = fetched && (await this.opened(fetched.bytes));
    if (!hours || hours.epoch !== recent.epoch || hours.sequence < recent.after) return null;
    for (const slot of hours.slots) found.add(slot);
    if (oldest > hours.since) return found;
    const whole = await this.server.file(`${folder}/snapshot.ymt`);
    if (!whole || !this.trust) return null;
    const listed = await openSnapshot(whole.bytes, { trust: this.trust, now: recent.issued, epoch: recent.epoch });
    if (listed instanceof Refused || listed.sequence < hours.after) return null;
    for (const slot of listed.slots) found.add(slot);
    return found;
  }

  /** Recent recalls by the trust list that is here, or by a newer one where that is old or does not know the key. */
  private async opened(bytes: Uint8Array): Promise<RecentRecalls | null> {
    this.trust ??= await this.verified(await this.store.trust());
    const opened = this.trust && (await openRecent(bytes, this.trust));
    if (opened && !(opened instanceof Refused) && this.trust && this.trust.age(opened.issued) < TRUSTED) return opened;
    const fetched = await this.server.file("trust.ymt");
    const newer = await this.verified(fetched?.bytes ?? null);
    if (!fetched || !newer) return opened instanceof Refused ? null : opened;
    this.trust = newer;
    await this.store.keepTrust(fetched.bytes);
    const again = await openRecent(bytes, newer);
    return again instanceof Refused ? null : again;
  }

  /** A trust list that one of the roots signed, no older than the known one. Its age is no matter here: phones judge nobody by it. */
  private async verified(bytes: Uint8Array | null): Promise<TrustList | null> {
    if (!bytes) return null;
    for (const root of this.roots) {
      const opened = await openTrustList(bytes, root, { now: 0, knownVersion: this.trust?.version ?? 0 });
      if (opened instanceof TrustList) return opened;
    }
    return null;
  }
}

/** The person with the slot of their pass of an epoch, where they have one. */
function slotIn(epoch: number, person: Person, held: readonly Held[]): [Person, number][] {
  const pass = held.find(({ claims }) => claims.epoch === epoch);
  return pass ? [[person, pass.claims.slot]] : [];
}
