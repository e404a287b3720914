/** Carers, operators and rescuers while the code is down: by a work card, with a temperature, each recorded (S9). */

import { useState } from "preact/hooks";

import { tenthsOf } from "../temperature";
import { clockTime, say, told } from "../texts";
import { Button, Choice, type Given, Input } from "./parts";

const NOBODY = { epoch: null, slot: null, cti: null, person: null } as const;

export function Emergency({ session, view, language }: Given) {
  const [duty, setDuty] = useState("");
  const [typed, setTyped] = useState("");
  const [seen, setSeen] = useState(false);
  const [passed, setPassed] = useState<number | null>(null);
  const limit = view.policy?.feverTenths ?? 0;
  const temperature = tenthsOf(typed.replace(/\D/g, ""));
  const isFever = temperature !== null && temperature >= limit;
  const isOdd = temperature !== null && (temperature < 340 || temperature > 430);
  const pass = async (tenths: number): Promise<void> => {
    const done = await session.asked(async () => void (await session.engine.emergency({ duty, temperature: tenths })));
    if (!done) return;
    setPassed(session.engine.view().now);
    setDuty("");
    setTyped("");
    setSeen(false);
  };
  const hand = async (tenths: number): Promise<void> => {
    const input = { ...NOBODY, of: null, to: "health", why: "fever", temperature: tenths } as const;
    if (await session.asked(async () => void (await session.engine.handOver(input)))) session.open("hand_overs");
  };
  if (!view.down) return <p>{say(language, "emergencyNot")}</p>;
  return (
    <>
      <p>{say(language, "emergencySays")}</p>
      <Choice
        legend={say(language, "emergencyDuty")}
        name="duty"
        options={(view.policy?.duties ?? []).map((one) => [one.id, told(one, language)] as const)}
        value={duty}
        change={setDuty}
      />
      <Input
        label={say(language, "emergencyTemperature")}
        name="temperature"
        value={typed}
        change={setTyped}
        longest={5}
        digits
        wrong={isOdd ? say(language, "temperatureImpossible") : isFever ? say(language, "temperatureFever", { limit: (limit / 10).toFixed(1) }) : undefined}
      />
      <label class="switch">
        <span>{say(language, "emergencySeen")}</span>
        <input type="checkbox" role="switch" name="seen" checked={seen} onChange={(event) => setSeen(event.currentTarget.checked)} />
      </label>
      {passed !== null && (
        <p class="note" role="status">
          ✓ {say(language, "emergencyDone", { at: clockTime(passed) })}
        </p>
      )}
      <div class="buttons is-foot">
        {isFever && !isOdd ? (
          <Button kind="main" onClick={() => void hand(temperature)} id="emergency_hand_over">
            {say(language, "handOverGo")}
          </Button>
        ) : (
          <Button kind="main" off={!duty || !seen || temperature === null || isOdd} onClick={() => void pass(temperature ?? 0)} id="emergency_go">
            {say(language, "emergencyGo")}
          </Button>
        )}
      </div>
    </>
  );
}
