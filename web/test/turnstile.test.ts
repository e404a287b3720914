/** A turnstile at the end of a serial cable: what is said to it, and what it answers. */
import { afterEach, describe, expect, it, vi } from "vitest";

import { turnstile } from "../src/scan/engine/turnstile";
import { Trouble } from "../src/scan/engine/types";
import { Cable, settle } from "./plugged";

function plugged() {
  const cable = new Cable();
  vi.stubGlobal("navigator", { serial: { requestPort: () => Promise.resolve(cable) } });
  const used = turnstile();
  const answers: [number, boolean][] = [];
  used.onAnswer((n, passed) => answers.push([n, passed]));
  return { cable, used, answers };
}

afterEach(() => vi.unstubAllGlobals());

describe("a turnstile", () => {
  it("opens for a passage and says whether somebody went through", async () => {
    const { cable, used, answers } = plugged();
    await used.connect();
    await used.open(17);
    await used.close(18);
    cable.says("PASSED 17\r\nCLOSED 18\r\nPASSED\r\nPASSED 17 18\r\nOPEN 19\r\n");
    await settle();
    expect([used.link(), cable.said, answers]).toEqual(["on", "OPEN 17\nCLOSE 18\n", [[17, true], [18, false]]]);
  });

  it("hears nothing any more when its plug is pulled, and is connected again", async () => {
    const { cable, used } = plugged();
    await used.connect();
    cable.leaves();
    await settle();
    expect(used.link()).toBe("gone");
    await expect(used.open(1)).rejects.toMatchObject({ problem: { code: "no-turnstile" } });
    await expect(used.connect()).rejects.toBeInstanceOf(Trouble);
    cable.plugged = true;
    await used.connect();
    await used.open(2);
    expect([used.link(), cable.said]).toEqual(["on", "OPEN 2\n"]);
  });

  it("is none where nobody chose one, or it was put away", async () => {
    const { used } = plugged();
    await expect(used.open(1)).rejects.toBeInstanceOf(Trouble);
    await used.connect();
    used.forget();
    expect(used.link()).toBe("none");
  });
});
