/** Reads QR codes in pictures of the camera, away from the screen's thread. No picture leaves this worker. */

import { prepareZXingModule, type ReaderOptions, readBarcodes } from "zxing-wasm/reader";

import type { Answered, Asked } from "./messages";

/** The address of the reader's WebAssembly, from our own server; put here when the page is built. */
declare const READER_WASM: string;

const worker = globalThis as unknown as DedicatedWorkerGlobalScope;
const OPTIONS: ReaderOptions = {
  formats: ["QRCode"],
  tryHarder: true,
  tryRotate: false,
  tryInvert: false,
  tryDownscale: true,
  maxNumberOfSymbols: 1,
  textMode: "Plain",
};

const ready = prepareZXingModule({ overrides: { locateFile: () => READER_WASM }, fireImmediately: true });

let canvas: OffscreenCanvas | null = null;

worker.addEventListener("message", (event: MessageEvent<Asked>) => void answer(event.data));

async function answer({ id, frame }: Asked): Promise<void> {
  let texts: string[] = [];
  try {
    await ready;
    const found = await readBarcodes(pictureOf(frame), OPTIONS);
    texts = found.filter(({ isValid }) => isValid).map(({ text }) => text);
  } finally {
    if (frame instanceof ImageBitmap) frame.close();
    const answered: Answered = { id, texts };
    worker.postMessage(answered);
  }
}

function pictureOf(frame: ImageBitmap | ImageData): ImageData {
  if (frame instanceof ImageData) return frame;
  if (!canvas || canvas.width !== frame.width || canvas.height !== frame.height) canvas = new OffscreenCanvas(frame.width, frame.height);
  const drawn = canvas.getContext("2d", { willReadFrequently: true });
  if (!drawn) throw new Error("no canvas to draw on");
  drawn.drawImage(frame, 0, 0);
  return drawn.getImageData(0, 0, frame.width, frame.height);
}

void ready.then(() => worker.postMessage({ id: 0, texts: [] } satisfies Answered));
