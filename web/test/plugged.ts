/** What is plugged in by a serial cable. It stands in for the browser's part alone. */

/** A serial port as the browser shows it. */
export class Cable extends EventTarget {
  readable: ReadableStream<Uint8Array> | null = null;
  writable: WritableStream<Uint8Array> | null = null;
  /** What was written to it. */
  said = "";
  plugged = true;
  private line: ReadableStreamDefaultController<Uint8Array> | null = null;

  async open({ baudRate }: { baudRate: number }): Promise<void> {
    if (baudRate !== 9_600) throw new TypeError("another pace");
    if (!this.plugged) throw new DOMException("no such port", "NetworkError");
    if (this.readable) throw new DOMException("already open", "InvalidStateError");
    this.readable = new ReadableStream({ start: (line) => void (this.line = line) });
    this.writable = new WritableStream({ write: (bytes) => void (this.said += new TextDecoder().decode(bytes)) });
  }

  async close(): Promise<void> {
    if (this.readable?.locked) throw new TypeError("locked");
    this.readable = this.writable = null;
  }

  says(text: string): void {
    this.line?.enqueue(new TextEncoder().encode(text));
  }

  leaves(): void {
    this.plugged = false;
    this.line?.error(new DOMException("lost", "NetworkError"));
    this.dispatchEvent(new Event("disconnect"));
  }
}

export const settle = (): Promise<void> => new Promise((done) => setTimeout(done, 5));
