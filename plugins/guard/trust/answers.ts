import { sep } from "node:path";
import { isWithin } from "../../../schemas/is-within.js";
import { Ledger, type Answer } from "./ledger.js";
import type { Place } from "./place-of.js";

/** What people have said about folders. */
export class Answers {
  readonly #ledger: Ledger;
  readonly #userHome: string;
  /** Those that hold for this run only, by key. */
  readonly #ofRun = new Map<string, Answer>();

  /** `home` is nacre's, where answers are kept; `userHome` is a real path. */
  constructor(home: string, userHome: string) {
    this.#ledger = new Ledger(home);
    this.#userHome = userHome;
  }

  /** Outside of repositories an answer holds for everything below the folder. */
  of({ key, isRepository }: Place): Answer | undefined {
    for (let dir = key; ; dir = dir.slice(0, dir.lastIndexOf(sep)) || sep) {
      const kept = this.#ofRun.get(dir) ?? (this.isPersonal(dir) ? undefined : this.#ledger.read(dir));
      if (kept || isRepository || dir === sep) return kept;
    }
  }

  /** Below which key an answer about a place is kept, and from where paths are counted. */
  rootFor(place: Place): { readonly key: string; readonly base: string } {
    if (place.isRepository) return { key: place.key, base: place.root };
    const known = this.of(place);
    const key = known?.state === "trusted" ? known.root : place.key;
    return { key, base: key };
  }

  /** Keeps what `change` makes of the answer that stands. Rejects with a UserError where that is not possible. */
  async keep(key: string, change: (before: Answer | undefined) => Answer): Promise<void> {
    if (this.isPersonal(key)) this.#ofRun.set(key, change(this.#ofRun.get(key)));
    else await this.#ledger.change(key, change);
  }

  /** Home is where everything ends up, so what was said there, or above, holds for one run. */
  isPersonal(dir: string): boolean {
    return isWithin(dir, this.#userHome);
  }

  /** All that are kept on disk. */
  list(): readonly Answer[] {
    return this.#ledger.list();
  }

  /** True when there was something on disk to forget. */
  forget(key: string): boolean {
    return this.#ledger.forget(key);
  }
}
