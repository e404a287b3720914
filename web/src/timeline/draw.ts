/** Draws a time line as SVG into every element with data-timeline, again whenever its width changes. */
import { domain, place, rows, scale, ticks, type Item, type Place, type Timeline } from "./model";

const SVG = "http://www.w3.org/2000/svg";
const ROW = 26;
const BAR = 18;
const LANE_TITLE = 20;
const LANE_GAP = 10;
const HEAD = 24;
const SIDE = 12;
const FOOT = 32;

export function drawTimelines(root: Document): void {
  for (const box of root.querySelectorAll<HTMLElement>("[data-timeline]:not([data-drawn])")) {
    const source = root.getElementById(box.dataset["timeline"] ?? "");
    if (!source?.textContent) continue;
    const line = JSON.parse(source.textContent) as Timeline;
    box.dataset["drawn"] = "";
    let width = 0;
    new ResizeObserver(() => {
      if (box.clientWidth === width || !box.clientWidth) return;
      width = box.clientWidth;
      box.replaceChildren(drawing(line, width));
    }).observe(box);
  }
}

function drawing(line: Timeline, width: number): SVGElement {
  const span = domain(line);
  const x = scale(span, SIDE, width - SIDE);
  const marks = ticks(span, line.offset, width - 2 * SIDE);
  const lanes = element("g", {});
  let top = HEAD;
  for (const lane of line.lanes) {
    lanes.append(text(SIDE, top + 14, lane.label, "timeline-lane"));
    const places = lane.items.map((item) => place(item, x, line.asOf, width));
    const row = rows(places);
    lane.items.forEach((item, index) => {
      const at = places[index];
      if (at) lanes.append(drawn(item, at, top + LANE_TITLE + (row[index] ?? 0) * ROW));
    });
    top += LANE_TITLE + (Math.max(-1, ...row) + 1) * ROW + LANE_GAP;
  }
  const svg = element("svg", { width, height: top + FOOT, viewBox: `0 0 ${width} ${top + FOOT}`, "aria-hidden": "true", class: "timeline-drawing" });
  for (const mark of marks) {
    svg.append(element("line", { x1: x(mark.at), x2: x(mark.at), y1: HEAD - 4, y2: top, class: "timeline-tick" }));
    svg.append(text(x(mark.at) + 3, 14, mark.label, "timeline-day"));
  }
  svg.append(lanes, upright(x(line.asOf), top, line.asOfLabel, "timeline-now", width));
  if (line.nextChange !== null) svg.append(upright(x(line.nextChange), top, line.nextChangeLabel, "timeline-next", width));
  return svg;
}

function drawn(item: Item, at: Place, top: number): SVGElement {
  const group = element("g", { class: `timeline-item timeline-${item.colour}` });
  const middle = top + BAR / 2;
  if (item.kind === "point") {
    group.append(element("path", { d: `M${at.left} ${middle}l7 -7l7 7l-7 7z`, class: "timeline-point" }));
  } else {
    const name = item.end === null ? "timeline-bar is-open" : "timeline-bar";
    group.append(element("rect", { x: at.left, y: top, width: at.right - at.left, height: BAR, rx: 3, class: name }));
  }
  group.append(text(at.words, middle + 4, item.label, at.inside ? "timeline-inside" : "timeline-beside"));
  const title = element("title", {});
  title.textContent = item.text;
  group.append(title);
  return group;
}

/** A line through all lanes with its name below them, on the side that has room. */
function upright(at: number, bottom: number, label: string, name: string, width: number): SVGElement {
  const foot = bottom + (name === "timeline-next" ? 28 : 13);
  const before = at > width / 2;
  const group = element("g", { class: name });
  group.append(element("line", { x1: at, x2: at, y1: HEAD - 4, y2: foot }));
  const said = text(before ? at - 5 : at + 5, foot - 2, label, "timeline-label");
  said.setAttribute("text-anchor", before ? "end" : "start");
  group.append(said);
  return group;
}

function text(x: number, y: number, content: string, name: string): SVGElement {
  const made = element("text", { x, y, class: name });
  made.textContent = content;
  return made;
}

function element(name: string, attributes: Record<string, string | number>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}
