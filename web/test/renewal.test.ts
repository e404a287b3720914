import { describe, expect, it } from "vitest";

import { afterAnswer, afterFailure, dayName, daysWanted, isUrgent, NO_HINT } from "../src/code/renewal";
import { renewed } from "../src/code/renewing";
import { NoAnswer, SaidNo, type Server, type Strip } from "../src/code/server";
import type { Person, StoredPass } from "../src/code/kept";
import { at, DAY, strip } from "./phone";

describe("the next question", () => {
  it("comes by chance somewhere within the server's hint", () => {
    const hint = { after: 14_400, within: 7_200 };
    expect([0, 0.5, 0.999_999].map((chance) => Math.round(afterAnswer(hint, chance)))).toEqual([14_400, 18_000, 21_600]);
  });

  it("waits longer after each failure, up to a quarter of an hour, never less than half of it", () => {
    expect([1, 2, 3, 4].map((failures) => afterFailure(failures, 1))).toEqual([5, 10, 20, 40]);
    expect([1, 2, 3, 4].map((failures) => afterFailure(failures, 0))).toEqual([2.5, 5, 10, 20]);
    expect(afterFailure(50, 1)).toBe(900);
  });

  it("waits as long as a busy server says, and then by chance, so that phones do not come back together", () => {
    expect(afterFailure(1, 0, 120)).toBe(122.5);
    expect(afterFailure(1, 1, 120)).toBe(125);
  });

  it("is for today and three days more, by the city's calendar", () => {
    expect(daysWanted(at(0), 3).map(dayName)).toEqual(["2020-02-20", "2020-02-21", "2020-02-22", "2020-02-23"]);
    expect(daysWanted(at(0) - 1, 0).map(dayName)).toEqual(["2020-02-19"]);
  });

  it("is urgent when passes are left for less than a day", () => {
    expect(isUrgent([], at(8))).toBe(true);
    expect(isUrgent(strip(), at(8))).toBe(true);
    expect(isUrgent([...strip(), ...strip(DAY + 1)], at(8))).toBe(false);
  });
});

const ETAGS = { "2020-02-20": "a", "2020-02-21": "b", "2020-02-22": "c", "2020-02-23": "d" };
const PERSON = { id: "p", token: "t", days: 4, etags: ETAGS, hint: NO_HINT } as unknown as Person;

const stored = (day: number): StoredPass[] =>
  strip(day).map(({ claims, pass }) => ({ person: "p", epoch: claims.epoch, expires: claims.exp, pass, secret: null }));
const answer = (name: string, etag = "new"): Strip => {
  const day = Date.parse(name) / 86_400_000;
  const passes = stored(day).map(({ epoch, expires, pass }) => ({ epoch, expires, pass, secret: new Uint8Array(16) }));
  return { state: "bound", etag, issue: 1, passes, hint: { after: 10, within: 5 } };
};

const NEWS = [{ id: 7, at: 1, title: { zh: "颜色有变化", en: "Your colour has changed" } }];

/** A server that answers days as it is told; what it was asked is kept. */
function server(answers: (day: string, etag: string) => Strip | null): Server & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    strip: async (_token: string, day: string, etag: string) => {
      asked.push(etag ? `${day} ${etag}` : day);
      return answers(day, etag);
    },
    told: async () => {
      asked.push("told");
      return NEWS;
    },
  } as unknown as Server & { asked: string[] };
}

describe("what the person was told", () => {
  it("is asked for with other passes, and only then", async () => {
    const [same, other] = [server(() => null), server((day) => answer(day))];
    expect((await renewed(same, PERSON, stored(DAY), at(8))).news).toBeUndefined();
    expect((await renewed(other, PERSON, [], at(8))).news).toEqual(NEWS);
    expect([same.asked.includes("told"), other.asked.filter((one) => one === "told")]).toEqual([false, ["told"]]);
  });

  it("is no failure of the passes where it cannot be had", async () => {
    const one = server((day) => answer(day));
    one.told = async () => Promise.reject(new NoAnswer());
    const { passes, news } = await renewed(one, PERSON, [], at(8));
    expect(passes.length).toBeGreaterThan(0);
    expect(news).toBeUndefined();
  });
});

describe("a renewal", () => {
  const four = [DAY, DAY + 1, DAY + 2, DAY + 3].flatMap(stored);

  it("with nothing changed is one question, and everything stays", async () => {
    const one = server(() => null);
    const { passes, hint } = await renewed(one, PERSON, four, at(8));
    expect(one.asked).toEqual(["2020-02-20 a"]);
    expect(passes).toHaveLength(16);
    expect(hint).toBe(NO_HINT);
  });

  it("on the next day asks for the day that is missing too", async () => {
    const one = server((day, etag) => (etag ? null : answer(day)));
    const { passes, etags } = await renewed(one, PERSON, four, at(8, 0, DAY + 1));
    expect(one.asked).toEqual(["2020-02-21 b", "2020-02-24"]);
    expect(passes).toHaveLength(20);
    expect(Object.keys(etags).sort()).toEqual(["2020-02-21", "2020-02-22", "2020-02-23", "2020-02-24"]);
  });

  it("with another strip for today asks for every day again: a colour changes for all of them", async () => {
    const one = server((day) => answer(day));
    const { passes, etags, hint } = await renewed(one, PERSON, four, at(8));
    expect(one.asked).toEqual(["2020-02-20 a", "2020-02-21 b", "2020-02-22 c", "2020-02-23 d", "told"]);
    expect(passes).toHaveLength(16);
    expect(passes.every(({ secret }) => secret !== null)).toBe(true);
    expect(etags["2020-02-22"]).toBe("new");
    expect(hint).toEqual({ after: 10, within: 5 });
  });

  it("of a phone whose passes were lost does not say that it has them", async () => {
    const one = server((day) => answer(day));
    await renewed(one, PERSON, [], at(8));
    expect(one.asked[0]).toBe("2020-02-20");
  });

  it.each([
    [new SaidNo(410, "binding-moved", {}), "moved"],
    [new SaidNo(410, "binding-ended", {}), "ended"],
    [new SaidNo(401, "token-unknown", {}), "ended"],
  ])("of an ended binding leaves nothing to show (%s)", async (no, standing) => {
    const one = server(() => {
      throw no;
    });
    expect(await renewed(one, PERSON, four, at(8))).toMatchObject({ standing, passes: [] });
  });

  it("of somebody not judged any more leaves nothing to show", async () => {
    const one = server(() => ({ ...answer("2020-02-20"), state: "not-judged", passes: [] }));
    expect(await renewed(one, PERSON, four, at(8))).toMatchObject({ standing: "not-judged", passes: [] });
  });

  it("that fails changes nothing", async () => {
    const one = server(() => {
      throw new NoAnswer(30);
    });
    await expect(renewed(one, PERSON, four, at(8))).rejects.toBeInstanceOf(NoAnswer);
  });

  it("takes a day that the server does not reach as not there", async () => {
    const one = server((day) => {
      if (day === "2020-02-23") throw new SaidNo(404, "day-out-of-reach", {});
      return answer(day);
    });
    expect((await renewed(one, { ...PERSON, etags: {} }, [], at(8))).passes).toHaveLength(12);
  });
});
