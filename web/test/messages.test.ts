/** What the pages say: whole in every language, and what a third language lacks is told in Chinese. */

import { afterEach, describe, expect, it, vi } from "vitest";

import own from "../generated/messages.json";
import { TEXTS as CODE } from "../src/code/texts";
import { TEXTS as DESK } from "../src/desk/texts";
import { besides, languageFor, LANGUAGES, NAMES, told, translate } from "../src/device/messages";
import { TEXTS as SCAN } from "../src/scan/texts";

const gaps = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
/** What stands on the parts of a choice. */
const labels = (choice: { props: object }): unknown[] => (choice.props as { children: { props: { children: unknown } }[] }).children.map((part) => part.props.children);
const HAN = /[\u4e00-\u9fff]/;

describe("what the pages say", () => {
  it("is English, with a Chinese translation that has the same gaps", () => {
    const messages = [CODE, DESK, SCAN].flatMap((texts) => Object.values(texts));
    expect(messages.length).toBeGreaterThan(500);
    for (const message of messages) {
      const [en, zh] = [translate("en", message), translate("zh", message)];
      expect([message, gaps(zh)]).toEqual([message, gaps(en)]);
      expect(en).not.toMatch(HAN);
    }
  });

  it("is told in the languages that are installed, by their own names", () => {
    expect(LANGUAGES.slice(0, 2)).toEqual(["zh", "en"]);
    expect([NAMES.zh, NAMES.en]).toEqual(["中文", "English"]);
    expect(["zh-TW", "zh_Hans", "en-GB", "fr"].map(languageFor)).toEqual(["zh", "zh", "en", "en"]);
    expect(["zh", "en", "bo"].map(besides)).toEqual(["en", "zh", "zh"]);
  });
});

describe("words that were given", () => {
  it("are told in the language or what there is", () => {
    const words = { zh: "卡点", en: "Checkpoint", ug: "Tekshürüsh" };
    expect(["zh-Hans-CN", "en-GB", "ug", "bo"].map((language) => told(words, language))).toEqual(["卡点", "Checkpoint", "Tekshürüsh", "卡点"]);
    expect([told({ en: "Checkpoint" }, "bo"), told({ ug: "Tekshürüsh" }, "zh"), told({}, "zh"), told(null, "zh")]).toEqual(["Checkpoint", "Tekshürüsh", "", ""]);
  });
});

describe("a third language", () => {
  afterEach(() => {
    vi.doUnmock("../generated/messages.json");
    vi.resetModules();
  });

  it("tells what its catalogue has, the rest in Chinese, and in English what that lacks", async () => {
    const bo = { Back: "ཕྱིར་ལོག", "scan\u0004{count} to upload": "{count} ཡར" };
    vi.resetModules();
    vi.doMock("../generated/messages.json", () => ({ default: { names: { ...own.names, bo: "བོད་སྐད་" }, messages: { ...own.messages, bo } } }));
    const third = await import("../src/device/messages");
    const { say } = await import("../src/scan/texts");
    expect(third.LANGUAGES).toEqual(["zh", "en", "bo"]);
    expect([say("bo", "back"), say("bo-CN", "back"), say("bo", "queued", { count: 3 })]).toEqual(["ཕྱིར་ལོག", "ཕྱིར་ལོག", "3 ཡར"]);
    expect(say("bo", "menu")).toBe(say("zh", "menu"));
    expect([third.translate("bo", "Nobody says this"), third.translate("bo", third._p("scan", "Nor this"))]).toEqual(["Nobody says this", "Nor this"]);
    expect(third.inEach((language) => say(language, "back"))).toEqual({ zh: "返回", en: "Back", bo: "ཕྱིར་ལོག" });
    expect(third.languageFor("bo-IN")).toBe("bo");
  });

  it("makes a list of the choice between the two", async () => {
    const two = (await import("../src/device/languages")).Languages({ language: "zh", label: "", choose: () => undefined });
    expect([two.type, labels(two)]).toEqual(["span", ["中文", "EN"]]);
    vi.resetModules();
    vi.doMock("../generated/messages.json", () => ({ default: { names: { ...own.names, bo: "བོད་སྐད་" }, messages: { ...own.messages, bo: {} } } }));
    const three = (await import("../src/device/languages")).Languages({ language: "zh", label: "", choose: () => undefined });
    const list = (three.type as (props: unknown) => typeof three)(three.props);
    expect([list.type, labels(list)]).toEqual(["select", ["中文", "English", "བོད་སྐད་"]]);
  });
});
