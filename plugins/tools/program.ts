import type { ProcessGroup } from "./process-group.js";

/** The child's number of `Program.report`. High enough to be nobody else's. */
export const REPORT = 19;

/** What to start: never through a shell of our own. */
export interface Program {
  /** Absolute path. */
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** An open file that the child gets under the number `REPORT`. */
  readonly report?: number;
  /** More open files, by the number the child gets each under. */
  readonly files?: ReadonlyMap<number, number>;
}

export type OutputStream = "stdout" | "stderr";

/** How a program is watched while it runs. */
export interface Watch {
  /** Called for each piece of output; nothing more is read until it returns. Must not throw. */
  onOutput(chunk: Buffer, stream: OutputStream): void;
  /** Milliseconds; no limit otherwise. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

export interface Ending {
  /** As a shell counts: 128 and the signal's number for a program that a signal ended. */
  readonly code: number;
  readonly signal?: NodeJS.Signals;
  readonly cause: "exit" | "timeout" | "abort";
  /** The program ended but children of it go on, until `end` or the end of their starter. */
  readonly left: boolean;
}

/** A started program and the group that it leads. */
export interface Running {
  readonly group: ProcessGroup;
  /** Resolves when the program has ended and its output is in. Never rejects. */
  readonly ended: Promise<Ending>;
}
