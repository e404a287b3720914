/**
 * The signed files that the scanner has: trust list, recall lists, policy file. Each only ever goes on.
 *
 * What does not verify, or is older than what is known, is not taken: the known one still counts, and the guard is told. No
 * network: the same, and the age grows until the policy's hours stop the scanner.
 */

import { openPolicyFile } from "../../checkpoints";
import { AHEAD } from "../../credential/epochs";
import { applyDelta, openSnapshot, RecallList } from "../../credential/recall";
import { Refused } from "../../credential/refusals";
import { _, inEach, type Language, told, translate } from "../../device/messages";
import { openTrustList, TrustList } from "../../credential/trust";
import type { Issued } from "./ages";
import { type Cities, type KeptLists, openCities, openNext, tagOf } from "./cities";
import { type Policy, readPolicy } from "./policy";
import { problem, trouble } from "./problems";
import type { Server } from "./server";
import type { KeptRecall, Store } from "./store";
import { type Problem, Trouble } from "./types";

const HOUR = 3600;
/** Seconds that a list is asked for after the last code of its epoch. */
const AFTERWARDS = 1200;
/** More deltas than this in a row: the whole list is fewer requests. */
const MOST_DELTAS = 60;

interface Named {
  readonly epoch: number;
  readonly to: number;
  readonly snapshot: number;
  readonly sequence: number;
}

/** What /e/signed/index.json says there is. It is unsigned and only saves requests: nothing is believed for it. */
interface Index {
  readonly trust: { readonly version: number };
  readonly recall: readonly Named[];
  readonly checkpoints?: { readonly issued: number };
  readonly cities?: Readonly<Record<string, string>>;
}

export class Lists {
  trust: TrustList | null = null;
  policy: Policy | null = null;
  recall: ReadonlyMap<number, RecallList> = new Map();
  cities: Cities = new Map();
  /** City seconds of the last time that everything was asked for with success. */
  refreshed: number | null = null;

  constructor(
    private readonly store: Store,
    private readonly server: Server,
    private readonly now: () => number,
  ) {}

  /** What the device has. Its signatures were found right when it came and are looked at again; its age is told elsewhere. */
  async load(root: Uint8Array): Promise<void> {
    const trust = await this.store.get("trust");
    const opened = trust && (await openTrustList(trust, root, { now: 0 }));
    if (opened instanceof TrustList) this.trust = opened;
    const policy = await this.store.get("policy");
    if (this.trust && policy) this.policy = await this.policyOf(policy.bytes, this.trust, policy.at, 0);
    this.recall = new Map((await this.store.recalls()).map((kept) => [kept.epoch, listOf(kept)]));
    this.cities = await openCities((await this.store.get("cities")) ?? {}, this.policy?.cities ?? []);
    this.refreshed = (await this.store.get("refreshed")) ?? null;
  }

  clear(): void {
    [this.trust, this.policy, this.recall, this.cities, this.refreshed] = [null, null, new Map(), new Map(), null];
  }

  /** When each was issued; of the recall lists, that of the window that it is now. */
  issued(): Issued {
    const hour = Math.floor((this.now() + AHEAD) / HOUR);
    const begun = [...this.recall.values()].filter(({ epoch }) => epoch <= hour && epoch > hour - 24);
    const present = begun.reduce<RecallList | null>((last, list) => (last && last.epoch > list.epoch ? last : list), null);
    return { trust: this.trust?.issued ?? null, recall: present?.issued ?? null, policy: this.policy?.issued ?? null };
  }

  /** Versions for the server, which sees who is behind. */
  versions(): { trust: number; policy: number; recall: Record<string, number> } {
    const recall = Object.fromEntries([...this.recall.values()].map(({ epoch, sequence }) => [String(epoch), sequence]));
    return { trust: this.trust?.version ?? 0, policy: this.policy?.issued ?? 0, recall };
  }

  /** Asks for what is newer; the answer is a list that was refused, if one was. Rejects with Trouble when nobody answers. */
  async refresh(root: Uint8Array): Promise<Problem | null> {
    const refused: Problem[] = [];
    const index = indexOf(await this.server.file("index.json"));
    if (!this.trust || index.trust.version !== this.trust.version) refused.push(...(await this.refreshTrust(root)));
    if (!this.trust) return refused[0] ?? null;
    if (index.checkpoints && index.checkpoints.issued !== this.policy?.issued) refused.push(...(await this.refreshPolicy(this.trust)));
    refused.push(...(await this.refreshCities(index.cities ?? {})));
    const now = this.now();
    for (const named of index.recall) if (named.to + AFTERWARDS >= now) refused.push(...(await this.refreshRecall(named, this.trust)));
    await this.drop(now, new Set(index.recall.map(({ epoch }) => epoch)));
    if (refused.length === 0) {
      this.refreshed = now;
      await this.store.put({ refreshed: now });
    }
    return refused[0] ?? null;
  }

  private async refreshTrust(root: Uint8Array): Promise<Problem[]> {
    const bytes = await this.server.file("trust.ymt");
    const known = this.trust;
    const opened = await openTrustList(bytes, root, { now: this.now(), knownVersion: known?.version ?? 0, city: known?.city ?? null });
    if (opened instanceof Refused) return [refusal(opened)];
    await this.store.put({ trust: bytes });
    this.trust = opened;
    return [];
  }

  private async refreshPolicy(trust: TrustList): Promise<Problem[]> {
    const [bytes, at] = [await this.server.file("checkpoints.ymt"), this.now()];
    try {
      this.policy = await this.policyOf(bytes, trust, at, this.policy?.issued ?? 0);
    } catch (flaw) {
      if (flaw instanceof Trouble) return [flaw.problem];
      throw flaw;
    }
    await this.store.put({ policy: { bytes, at } });
    return [];
  }

  /** Lists of the cities that the policy recognises; one that is not right leaves the known one, and stops nothing else. */
  private async refreshCities(tags: Readonly<Record<string, string>>): Promise<Problem[]> {
    const recognised = this.policy?.cities ?? [];
    let kept: KeptLists = (await this.store.get("cities")) ?? {};
    const refused: Problem[] = [];
    for (const one of recognised) {
      const [tag, known] = [tags[one.city], kept[one.city]];
      if (!tag || (known && (await tagOf(known)) === tag)) continue;
      const bytes = await this.server.file(`cities/${one.city}/trust.ymt`);
      const opened = await openNext(bytes, one, this.cities.get(one.city), this.now());
      if (opened instanceof Refused) refused.push(refusal(opened));
      else kept = { ...kept, [one.city]: bytes };
    }
    await this.store.put({ cities: kept });
    this.cities = await openCities(kept, recognised);
    return refused;
  }

  private async policyOf(bytes: Uint8Array, trust: TrustList, now: number, knownIssued: number): Promise<Policy> {
    const opened = await openPolicyFile(bytes, { trust, now, knownIssued, city: trust.city });
    if (opened instanceof Refused) throw new Trouble(refusal(opened));
    return readPolicy(opened);
  }

  /** A file that is not where the index says leaves its own list as it is, and no other. */
  private async refreshRecall(named: Named, trust: TrustList): Promise<Problem[]> {
    try {
      return await this.brought(named, trust);
    } catch (flaw) {
      if (flaw instanceof Trouble && flaw.problem.code !== "no-connection") return [flaw.problem];
      throw flaw;
    }
  }

  /** Brings the list of an epoch to the sequence of the index, by deltas where they follow on what is here. */
  private async brought(named: Named, trust: TrustList): Promise<Problem[]> {
    const known = this.recall.get(named.epoch) ?? null;
    if (known && known.sequence === named.sequence) return [];
    if (known && known.sequence > named.sequence) return [problem("list-rolled-back")];
    const bySteps = known && known.sequence >= named.snapshot && named.sequence - known.sequence <= MOST_DELTAS;
    let list = bySteps ? known : await this.snapshot(named, known, trust);
    while (list instanceof RecallList && list.sequence < named.sequence) list = await this.step(list, trust);
    if (list instanceof Refused) return [refusal(list)];
    if (list !== known) await this.keep(list);
    return [];
  }

  private async snapshot({ epoch }: Named, known: RecallList | null, trust: TrustList): Promise<RecallList | Refused> {
    return openSnapshot(await this.server.file(`recall/${epoch}/snapshot.ymt`), { trust, now: this.now(), epoch, known });
  }

  private async step(list: RecallList, trust: TrustList): Promise<RecallList | Refused> {
    const bytes = await this.server.file(`recall/${list.epoch}/${list.sequence + 1}.ymt`);
    return applyDelta(bytes, list, { trust, now: this.now() });
  }

  private async keep(list: RecallList): Promise<void> {
    const { epoch, sequence, issued, expires, bits, slots } = list;
    await this.store.keepRecall({ epoch, sequence, issued, expires, bits, slots: Uint32Array.from(slots) });
    this.recall = new Map([...this.recall, [epoch, list]]);
  }

  /** Lists that nobody keeps any more: of windows that are over, or of papers that have died. */
  private async drop(now: number, named: ReadonlySet<number>): Promise<void> {
    const over = [...this.recall.values()].filter(({ epoch, expires }) => expires < now && !named.has(epoch)).map(({ epoch }) => epoch);
    if (over.length === 0) return;
    await this.store.dropRecalls(over);
    this.recall = new Map([...this.recall].filter(([epoch]) => !over.includes(epoch)));
  }
}

function listOf({ epoch, sequence, issued, expires, bits, slots }: KeptRecall): RecallList {
  return new RecallList(epoch, sequence, issued, expires, bits, new Set(slots));
}

function refusal(refused: Refused): Problem {
  const { sentence, ...rest } = problem(refused.reason === "rolled-back" ? "list-rolled-back" : "list-refused");
  const words = (language: Language): string => translate(language, _("{sentence} ({why})"), { sentence: told(sentence, language), why: translate(language, refused.sentence) });
  return { ...rest, sentence: inEach(words) };
}

function indexOf(bytes: Uint8Array): Index {
  let said: Partial<Index>;
  try {
    said = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Index>;
  } catch {
    throw trouble("answer-wrong");
  }
  if (typeof said?.trust?.version !== "number" || !Array.isArray(said.recall)) throw trouble("answer-wrong");
  return said as Index;
}
