/** One after another: what is read later is never overwritten by what was read before it. */

export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  /** Runs the work once everything that was given earlier has ended, well or not. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.last.then(work);
    this.last = mine.catch(() => undefined);
    return mine;
  }
}
