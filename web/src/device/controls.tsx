/** Buttons, answers and choices of the pages that a device keeps. */

import type { ComponentChildren } from "preact";

interface InButton {
  readonly onClick: () => void;
  readonly children: ComponentChildren;
  readonly kind?: "main" | "danger" | "plain" | "";
  readonly off?: boolean;
  readonly id?: string;
}

export function Button({ onClick, children, kind = "", off = false, id }: InButton) {
  return (
    <button class={`button ${kind && `is-${kind}`}`} type="button" disabled={off} onClick={onClick} {...(id && { "data-button": id })}>
      {children}
    </button>
  );
}

interface InInput {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly change: (value: string) => void;
  readonly kind?: "text" | "tel" | "date";
  readonly longest?: number;
  readonly wrong?: string | undefined;
  readonly digits?: boolean;
  /** Not to be read over a shoulder. */
  readonly secret?: boolean;
}

const KINDS = { text: { type: "text" }, tel: { type: "tel" }, date: { type: "date" } } as const;

export function Input({ label, name, value, change, kind = "text", longest = 60, wrong, digits = false, secret = false }: InInput) {
  return (
    <label class="input">
      <span>{label}</span>
      <input
        {...(secret ? { type: "password" } : KINDS[kind])}
        name={name}
        value={value}
        maxLength={longest}
        autocomplete="off"
        spellcheck={false}
        {...(digits && { inputMode: "numeric" as const })}
        {...(wrong && { "aria-invalid": true })}
        onInput={(event) => change(event.currentTarget.value)}
      />
      {wrong && <span class="wrong">{wrong}</span>}
    </label>
  );
}

interface InChoice {
  readonly legend: string;
  readonly name: string;
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly value: string;
  readonly change: (value: string) => void;
}

export function Choice({ legend, name, options, value, change }: InChoice) {
  return (
    <fieldset class="choice">
      <legend>{legend}</legend>
      {options.map(([option, label]) => (
        <label key={option}>
          <input type="radio" name={name} value={option} checked={option === value} onChange={() => change(option)} />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  );
}
