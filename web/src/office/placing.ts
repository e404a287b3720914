/** The map on which an official shows where an issuing point is: a click fills in the two numbers, and the mark follows both. */
export interface View {
  west: number;
  north: number;
  across: number;
  down: number;
}

/** Longitude and latitude of a place in the drawing. */
export function degrees(view: View, x: number, y: number): [number, number] {
  return [view.west + x / view.across, view.north - y / view.down];
}

/** The place in the drawing of a longitude and latitude. */
export function place(view: View, longitude: number, latitude: number): [number, number] {
  return [(longitude - view.west) * view.across, (view.north - latitude) * view.down];
}

export function placeOnMap(root: Document): void {
  const map = root.querySelector<SVGSVGElement>("[data-placing]");
  const mark = map?.querySelector<SVGGElement>("[data-mark]");
  const field = (name: string) => root.querySelector<HTMLInputElement>(`form[action*="/move/"] [name=${name}]`);
  const [longitude, latitude, how] = [field("longitude"), field("latitude"), field("how")];
  if (!map || !mark || !longitude || !latitude || !how) return;
  const number = (name: string) => Number(map.dataset[name]);
  const view: View = { west: number("west"), north: number("north"), across: number("across"), down: number("down") };
  const show = (x: number, y: number) => {
    mark.setAttribute("transform", `translate(${x} ${y})`);
    mark.removeAttribute("display");
  };
  map.classList.add("is-live");
  map.addEventListener("click", (event) => {
    const screen = map.getScreenCTM();
    if (!screen) return;
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(screen.inverse());
    const [east, north] = degrees(view, x, y);
    longitude.value = east.toFixed(6);
    latitude.value = north.toFixed(6);
    how.value = "map";
    show(x, y);
  });
  for (const input of [longitude, latitude])
    input.addEventListener("input", () => {
      how.value = "numbers";
      const [x, y] = place(view, Number(longitude.value), Number(latitude.value));
      if (Number.isFinite(x) && Number.isFinite(y)) show(x, y);
    });
}
