/** The page's own colours, so that a chart and a table never disagree; the palette is the policy's. */
export interface Theme {
  ink: string;
  muted: string;
  line: string;
  surface: string;
  font: string;
  red: string;
  yellow: string;
  green: string;
  unknown: string;
  accent: string;
  ramp: string[];
}

export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: value("ink"),
    muted: value("muted"),
    line: value("line"),
    surface: value("surface"),
    font: getComputedStyle(document.body).fontFamily,
    red: value("red"),
    yellow: value("yellow"),
    green: value("green"),
    unknown: value("unknown"),
    accent: value("accent"),
    ramp: [1, 2, 3, 4, 5].map((step) => value(`ramp-${step}`)),
  };
}
