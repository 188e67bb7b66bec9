import type { Region, Source } from "./source.js";

/** Where something was found in a file; both from 1. */
export interface Hit {
  readonly line: number;
  readonly column: number;
}

/** What can be looked for without anybody's judgement. At least one of the three is there. */
export interface Check {
  readonly kind: "word" | "command" | "import" | "place" | "change" | "name" | "size" | "content";
  /** What is wrong where it hits, as a sentence without its full stop. */
  readonly says: string;
  /** Looks into a file. */
  find?(source: Source): readonly Hit[];
  /** Whether a file is wrong where it is, or as it is called. */
  misplaced?(path: string): boolean;
  /** It is about new files: those that were there before are right. */
  readonly newOnly?: boolean;
  /** Whether a change of a file is wrong in itself. Nothing to see where there is no change to look at. */
  touched?(path: string): boolean;
}

/** A sentence that was turned into a check. */
export interface Rule {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly check: Check;
  /** Paths it speaks about. */
  readonly scope: Scope;
}

/** Which files a rule is about, by their path below the root. */
export interface Scope {
  fits(path: string): boolean;
  /** Which part of the files, where the sentence says. */
  readonly region?: Region;
}

/** A sentence that reads like a rule and could not be turned into a check. */
export interface Unchecked {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly why: string;
}
