/** What page and reading worker send each other. */

export interface Asked {
  readonly id: number;
  /** Pixels where the browser has no canvas for workers. */
  readonly frame: ImageBitmap | ImageData;
}

/** `id` 0: the worker is ready. */
export interface Answered {
  readonly id: number;
  readonly texts: readonly string[];
}
