/** The choice of the page's language, by the languages' own names: buttons for two, a list for more. */

import { type Language, LANGUAGES, NAMES, tagOf } from "./messages";

interface Given {
  readonly language: Language;
  readonly label: string;
  readonly choose: (language: Language) => void;
}

const nameOf = (language: Language): string => NAMES[language] ?? language;
/** A name for a small button: of two signs, or the tag. */
const shortName = (language: Language): string => (nameOf(language).length > 2 ? language.toUpperCase() : nameOf(language));

export function Languages({ language, label, choose }: Given) {
  if (LANGUAGES.length > 2) return <LanguageList language={language} label={label} choose={choose} />;
  return (
    <span class="languages" role="group" aria-label={label}>
      {LANGUAGES.map((one) => (
        <button key={one} type="button" lang={tagOf(one)} aria-pressed={one === language} onClick={() => choose(one)}>
          {shortName(one)}
        </button>
      ))}
    </span>
  );
}

/** The same where there is room for one button alone: of two languages it has the name of the other. */
export function OtherLanguage({ language, label, choose }: Given) {
  const [other = language, ...more] = LANGUAGES.filter((one) => one !== language);
  if (more.length > 0) return <LanguageList language={language} label={label} choose={choose} />;
  return (
    <button class="tool" type="button" lang={tagOf(other)} onClick={() => choose(other)}>
      {nameOf(other)}
    </button>
  );
}

function LanguageList({ language, label, choose }: Given) {
  return (
    <select class="tool" aria-label={label} value={language} onChange={(event) => choose(event.currentTarget.value)}>
      {LANGUAGES.map((one) => (
        <option key={one} value={one} lang={tagOf(one)}>
          {nameOf(one)}
        </option>
      ))}
    </select>
  );
}
