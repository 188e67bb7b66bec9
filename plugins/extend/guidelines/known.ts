import type { Outside } from "./loader.js";
import type { WaitingRule } from "./gather.js";

/** What one session knows of its guidelines. */
export interface Known {
  readonly project: string;
  /** Real paths of files the model was told. */
  readonly told: Set<string>;
  /** Folders that were looked into because of a file in them. */
  readonly visited: Set<string>;
  waiting: readonly WaitingRule[];
  /** Imports that the person has not been asked about. */
  outside: readonly Outside[];
  /** Whether the words before the first guidelines stand in the conversation, or will. */
  introduced?: boolean;
  /** What is said with the next prompt, as far as it does not stand in the conversation then. */
  pending: readonly string[];
  /** How often the conversation had gone back when this was found out. */
  readonly rewinds: number;
}
