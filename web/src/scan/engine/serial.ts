/** What is plugged in by a serial cable: the part of Web Serial that the scanner uses, and the lines that come over it. */

export const BAUD = 9_600;
const LONGEST_LINE = 200;

export interface Port extends EventTarget {
  open(options: { baudRate: number }): Promise<void>;
  close(): Promise<void>;
  readonly readable: ReadableStream<Uint8Array> | null;
  readonly writable: WritableStream<Uint8Array> | null;
}
export interface Serial {
  requestPort(): Promise<Port>;
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
