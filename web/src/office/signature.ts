/** Signing on the screen: strokes of whole numbers in the canvas's own points, kept in the form's hidden field as JSON. */

type Point = [number, number];

export function signatures(root: Document): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("[data-signature]")) sign(form);
}

function sign(form: HTMLFormElement): void {
  const canvas = form.querySelector("canvas");
  const field = form.querySelector<HTMLInputElement>("input[name=strokes]");
  const keep = form.querySelector<HTMLButtonElement>("[data-signature-keep]");
  const pen = canvas?.getContext("2d");
  if (!canvas || !field || !keep || !pen) return;
  const strokes: Point[][] = [];
  let stroke: Point[] | null = null;

  const at = (event: PointerEvent): Point => {
    const box = canvas.getBoundingClientRect();
    const across = ((event.clientX - box.left) * canvas.width) / box.width;
    const down = ((event.clientY - box.top) * canvas.height) / box.height;
    return [Math.round(across), Math.round(down)];
  };
  const changed = (): void => {
    field.value = strokes.length > 0 ? JSON.stringify(strokes) : "";
    keep.disabled = strokes.length === 0;
  };
  const clear = (): void => {
    strokes.length = 0;
    pen.clearRect(0, 0, canvas.width, canvas.height);
    changed();
  };

  pen.lineWidth = 3;
  pen.lineCap = pen.lineJoin = "round";
  pen.strokeStyle = "#10201a";
  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    stroke = [at(event)];
    strokes.push(stroke);
    changed();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!stroke) return;
    const [from, to] = [stroke[stroke.length - 1]!, at(event)];
    if (from[0] === to[0] && from[1] === to[1]) return;
    stroke.push(to);
    pen.beginPath();
    pen.moveTo(...from);
    pen.lineTo(...to);
    pen.stroke();
  });
  for (const end of ["pointerup", "pointercancel"] as const)
    canvas.addEventListener(end, () => {
      stroke = null;
      changed();
    });
  form.querySelector("[data-signature-clear]")?.addEventListener("click", clear);
  // A browser that comes back to the page shows an empty canvas, and so the field is empty too.
  clear();
}
