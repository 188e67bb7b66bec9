/** A plugin's code that runs in a process of its own. */
export interface IsolatedCode {
  /** The kernel's name of the plugin. */
  readonly name: string;
  /** Where it comes from, as in `Plugin.origin`. */
  readonly origin?: string;
  /** Its folder, absolute. */
  readonly dir: string;
  /** Its module, below the folder. */
  readonly main: string;
  /** What it may do beyond its own folders, in the words of `capabilities`. */
  readonly granted: readonly string[];
  /** How its user lets it run inside nacre, as the end of a sentence. */
  readonly remedy: string;
  /** Rejects when its files are not those that were approved; asked each time before a process is started. */
  readonly check?: () => Promise<void>;
}

/** Runs plugins in processes of their own. */
export interface Isolation {
  /**
   * Sets the code up in a process and puts what it adds into `context`, the plugin's own. Rejects with a UserError for
   * what cannot leave a process.
   */
  setUp(code: IsolatedCode, context: object): Promise<void>;
  /** What each process has used so far, by plugin. */
  report(): readonly ProcessAccount[];
}

/** What a plugin's process has used so far, those before it included. */
export interface ProcessAccount {
  readonly plugin: string;
  /** Absent when it does not run now. */
  readonly pid?: number;
  /** Resident memory in bytes, as seen last, and at most. */
  readonly memory: number;
  readonly peak: number;
  /** Seconds of processor time, all its processes together. */
  readonly cpu: number;
  readonly starts: number;
  /** One sentence for each time it was ended before its time. */
  readonly endings: readonly string[];
  /** The end of what it wrote to its standard streams, safe to show. */
  readonly log: string;
}
