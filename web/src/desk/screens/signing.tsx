/** The applicant's signature: strokes of a finger or pen, as a picture for the register. */

import { useEffect, useRef } from "preact/hooks";

const [WIDTH, HEIGHT, PEN] = [900, 300, 5];

/** `change` hears the picture (base64 of a PNG) after each stroke, and an empty text when it is begun anew. */
export function Signature({ label, change, version }: { label: string; change: (png: string) => void; version: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const pen = canvas.current?.getContext("2d");
    if (!pen) return;
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, WIDTH, HEIGHT);
    change("");
  }, [version]);
  const drawing = useRef(false);
  const at = (event: PointerEvent): [number, number] => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return [((event.clientX - box.left) * WIDTH) / box.width, ((event.clientY - box.top) * HEIGHT) / box.height];
  };
  const begin = (event: PointerEvent): void => {
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    const pen = canvas.current?.getContext("2d");
    if (!pen) return;
    drawing.current = true;
    Object.assign(pen, { lineWidth: PEN, lineCap: "round", lineJoin: "round", strokeStyle: "#16202b" });
    pen.beginPath();
    pen.moveTo(...at(event));
  };
  const move = (event: PointerEvent): void => {
    const pen = canvas.current?.getContext("2d");
    if (!pen || !drawing.current) return;
    pen.lineTo(...at(event));
    pen.stroke();
  };
  const end = (): void => {
    if (!drawing.current) return;
    drawing.current = false;
    change(canvas.current?.toDataURL("image/png").split(",")[1] ?? "");
  };
  return (
    <canvas
      ref={canvas}
      class="signature"
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={label}
      onPointerDown={begin}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={end}
    />
  );
}
