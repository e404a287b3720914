/** What is plugged in by a serial cable: lines of text, in and out, until the plug is pulled or the line breaks off. */

const BAUD = 9_600;
const LONGEST_LINE = 200;

/** The part of Web Serial that the scanner uses. */
export interface Port extends EventTarget {
  open(options: { baudRate: number }): Promise<void>;
  close(): Promise<void>;
  readonly readable: ReadableStream<Uint8Array> | null;
  readonly writable: WritableStream<Uint8Array> | null;
}
export interface Serial {
  requestPort(): Promise<Port>;
}

export class Cable {
  private left: () => void = () => undefined;

  constructor(private readonly port: Port) {
    port.addEventListener("disconnect", () => this.left());
  }

  /** Opens it, the first time and every time after; rejects where it is not there. */
  async open(line: (text: string) => void, gone: () => void): Promise<void> {
    this.left = gone;
    await this.port.open({ baudRate: BAUD });
    if (!this.port.readable) throw new Error("nothing to read");
    void readLines(this.port.readable, line)
      .catch(() => undefined)
      // A port that is still open cannot be opened again.
      .then(() => this.port.close().catch(() => undefined))
      .then(gone);
  }

  async say(line: string): Promise<void> {
    const writer = this.port.writable?.getWriter();
    if (!writer) throw new Error("nothing to write to");
    try {
      await writer.write(new TextEncoder().encode(`${line}\n`));
    } finally {
      writer.releaseLock();
    }
  }

  close(): void {
    void this.port.close().catch(() => undefined);
  }
}

/** Lines of a stream of bytes, ended by a carriage return or a line feed. */
export async function readLines(stream: ReadableStream<Uint8Array>, line: (text: string) => void): Promise<void> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const parts = (rest + decoder.decode(value, { stream: true })).split(/[\r\n]+/);
      rest = (parts.pop() ?? "").slice(-LONGEST_LINE);
      parts.filter(Boolean).forEach(line);
    }
  } finally {
    reader.releaseLock();
  }
}
