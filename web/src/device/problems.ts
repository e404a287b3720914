/** The mistakes that a device's engine tells people about: each has a code that never changes, in both languages. */

import type { Words } from "../checkpoints";

/** A mistake, or the state of the device that somebody has to know of; the code never changes. */
export interface Problem extends Words {
  readonly code: string;
  readonly remedyZh: string;
  readonly remedyEn: string;
  /** Of a form: which answers are wrong. */
  readonly fields?: readonly FieldProblem[];
}

export interface FieldProblem extends Words {
  readonly field: string;
  readonly code: string;
}

/** A mistake that an engine's promises reject with. */
export class Trouble extends Error {
  constructor(readonly problem: Problem) {
    super(problem.code);
  }
}

/** What is wrong, and what to do. */
export type Told = readonly [zh: string, en: string, remedyZh: string, remedyEn: string];

/** What can be wrong with any device, whatever it is for. */
export const DEVICE_TOLD = {
  "no-connection": ["没有连上服务器。", "The server cannot be reached.", "离线可以照常工作；有网络后自动上传。", "Work goes on offline; it uploads by itself when there is a network."],
  "already-enrolled": ["这台设备已经登记过。", "This device is enrolled already.", "要重新登记，先清除设备上的数据。", "To enrol it anew, delete its data first."],
  "no-store": ["浏览器不让本页保存数据。", "The browser does not let this page keep data.", "不要用无痕窗口；清出存储空间后重新打开。", "Use no private window; make room on the device and open the page again."],
  "answer-wrong": ["服务器的回答不对。", "The server's answer is not in the agreed form.", "换一个网络再试；仍不行，告诉防控办。", "Try another network; if it stays so, tell the control office."],
} satisfies Record<string, Told>;

export function problemOf(code: string, [zh, en, remedyZh, remedyEn]: Told): Problem {
  return { code, zh, en, remedyZh, remedyEn };
}

export const deviceTrouble = (code: keyof typeof DEVICE_TOLD): Trouble => new Trouble(problemOf(code, DEVICE_TOLD[code]));
