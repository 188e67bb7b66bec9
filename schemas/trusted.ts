/** Something in a project's files that runs, starts or loosens something. */
export interface Acting {
  /** Absolute path of the file it stands in. */
  readonly file: string;
  /** What it is, in a few words: `hook PreToolUse`, `permissions.allow`. */
  readonly what: string;
  /** Plain data, all of it: where any of it changes, it is something else that a person has not seen. */
  readonly value: unknown;
  /** What a person is shown of the value; the value as JSON where this is absent. */
  readonly text?: string;
}

/** Something that judged calls when a person agreed to it, and that is not there any more as it was. */
export interface LostGate {
  readonly file: string;
  /** Which tools' calls it judged, as its matcher is written. */
  readonly matcher?: string;
}

/**
 * Proof that the person let a project act in this run. Only the plugin that decides about trust makes one, so whoever
 * asks for it as an argument cannot be called by somebody who forgot to ask.
 */
export class Trusted {
  /** Real path of the folder that is trusted. */
  readonly root: string;
  readonly #covers: (acting: Acting) => boolean;
  readonly #lost: (present: readonly Acting[]) => readonly LostGate[];

  constructor(
    root: string,
    covers: (acting: Acting) => boolean,
    lost: (present: readonly Acting[]) => readonly LostGate[] = () => [],
  ) {
    this.root = root;
    this.#covers = covers;
    this.#lost = lost;
  }

  /** Whether this is as it was when the person agreed. A file that comes later, or is another now, is not. */
  covers(acting: Acting): boolean {
    return this.#covers(acting);
  }

  /**
   * What judged calls when the person agreed and has become something else, given all that is there to judge calls now.
   * Nothing, where all of that is as it was: what a project takes away is gone.
   */
  lost(present: readonly Acting[]): readonly LostGate[] {
    return present.every((part) => this.#covers(part)) ? [] : this.#lost(present);
  }
}

/** What comes from a project: it can be named, and is handed over against proof of trust only. */
export class Held<T> {
  /** For people. */
  readonly names: readonly string[];
  readonly #content: T;

  constructor(names: readonly string[], content: T) {
    this.names = names;
    this.#content = content;
  }

  release(_trusted: Trusted): T {
    return this.#content;
  }
}

/** What a person is asked before a project may act for the first time, or again after a change. */
export interface TrustQuestion {
  /** Real path of the folder that the answer is for. */
  readonly root: string;
  /** Everything that would act and that nobody has agreed to. */
  readonly parts: readonly Acting[];
  /** The folder was trusted before; these parts are new or have changed. */
  readonly isChange: boolean;
}
