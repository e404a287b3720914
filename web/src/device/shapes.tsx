/** Shapes that the policy gives its colours, and the page's few drawings. */

const PATHS: Readonly<Record<string, string>> = {
  circle: "M12 1.500a10.500 10.500 0 1 0 0 21 10.500 10.500 0 0 0 0-21z",
  square: "M2 2h20v20H2z",
  triangle: "M12 2.200 22.600 21.400H1.400z",
  octagon: "M7.600 1.500h8.800l6.100 6.100v8.800l-6.100 6.100H7.600l-6.100-6.100V7.600z",
  diamond: "M12 1.400 22.600 12 12 22.600 1.400 12z",
  hexagon: "M12 1.300 21.400 6.700v10.600L12 22.700l-9.400-5.400V6.700z",
  cross: "M5.600 2.200 12 8.600l6.400-6.400 3.400 3.400L15.400 12l6.400 6.400-3.400 3.400L12 15.400l-6.400 6.400-3.400-3.400L8.600 12 2.200 5.600z",
  ring: "M12 1.500a10.500 10.500 0 1 0 0 21 10.500 10.500 0 0 0 0-21zm0 5a5.500 5.500 0 1 1 0 11 5.500 5.500 0 0 1 0-11z",
  dash: "M2 8.500h20v7H2z",
};
/** The mark inside the shape: a second sign that needs no colour. */
const MARKS: Readonly<Record<string, string>> = {
  green: "m7 12.300 3.500 3.500L17.200 8.600",
  yellow: "M12 9.500v5M12 17.400v.300",
  red: "M7.500 12h9",
};

export function Shape({ name, colour }: { name: string; colour: string }) {
  return (
    <svg class={`shape is-${name}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name] ?? PATHS.ring} fill="currentColor" />
      {MARKS[colour] && <path class="shape-mark" d={MARKS[colour]} />}
    </svg>
  );
}

/** The sign of the product, on a dark bar: the same drawing as on the server's pages. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 40 40" aria-hidden="true">
      <rect class="logo-ground" width="40" height="40" rx="9" />
      <path class="logo-line" d="M7 7h9v9H7zM24 7h9v9h-9zM7 24h9v9H7z" stroke-width="3" />
      <path class="logo-dot" d="M10.500 10.500h2v2h-2zM27.500 10.500h2v2h-2zM10.500 27.500h2v2h-2z" />
      <circle class="logo-sign" cx="28.500" cy="28.500" r="6" />
      <path class="logo-tick" d="m25.700 28.600 2 2 3.600-4" stroke-width="1.800" />
    </svg>
  );
}

const ICONS = {
  settings:
    "M12 8.600a3.400 3.400 0 1 0 0 6.800 3.400 3.400 0 0 0 0-6.800zM12 2.500v2.700M12 18.800v2.700M4 7.250l2.300 1.350M17.700 15.400 20 16.750M4 16.750l2.300-1.350M17.700 8.600 20 7.250",
  close: "M5 5l14 14M19 5 5 19",
  permit: "M2.500 6.500h11v9h-11zM13.500 9.500h4l4 3.300v2.700h-8M6.500 18a2 2 0 1 0 0-.010M17 18a2 2 0 1 0 0-.010",
  paper: "M6 3h9l4 4v14H6zM9.500 11h6M9.500 15h6",
  idcard: "M2.500 5h19v14h-19zM6 15.500c.400-2 1.500-2.800 2.800-2.800s2.400.800 2.800 2.800M8.800 11a1.700 1.700 0 1 0 0-.010M14.500 10h4M14.500 14h4",
  offline: "M3 9.500a13 13 0 0 1 18 0M6.500 13a8 8 0 0 1 11 0M12 18.500v.010M4 3l16 18",
  clock: "M12 7v5l3.500 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
  speak: "M4 9.500v5h3.500L12 18.500v-13L7.500 9.500zM15.500 9a4.500 4.500 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11",
  plus: "M12 5v14M5 12h14",
} as const;

export function Icon({ name }: { name: keyof typeof ICONS }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={ICONS[name]} />
    </svg>
  );
}
