const SECOND = 1000;

/** Counts what comes unasked, and tells when it is a flood. */
export class Rate {
  readonly #most: number;
  #since = 0;
  #count = 0;

  /** `most`: what may come in one second. */
  constructor(most: number) {
    this.#most = most;
  }

  /** False once more has come within a second than may. */
  take(amount: number): boolean {
    const now = performance.now();
    if (now - this.#since > SECOND) {
      this.#since = now;
      this.#count = 0;
    }
    this.#count += amount;
    return this.#count <= this.#most;
  }
}
