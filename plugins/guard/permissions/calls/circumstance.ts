import type { Situation } from "../modes.js";

/** A simple command as rules see it. */
export interface SimpleText {
  /** Words as written, parted by one space. */
  readonly whole: string;
  /** The same without `timeout 5` and its like, and without variables that only say how something is shown. */
  readonly bare: string;
  /** Only a rule without wildcards can speak for it: it runs another command. */
  readonly exactOnly: boolean;
  /** The beginning of `bare` that is certain; what follows is computed. All of it is, where this is absent. */
  readonly certain?: string;
  /** More than its words say what it does: what it is handed to read, or the folder that a part before it went to. */
  readonly depends?: true;
}

/** One thing about a call that a mode has an answer to. */
export interface Circumstance {
  readonly situation: Situation;
  /** What it is, as the beginning of a sentence. */
  readonly reason: string;
  /** The object, for circumstances of paths. */
  readonly path?: string;
  readonly operation?: "read" | "write";
  /** What a command rule has to begin with to answer a danger. */
  readonly named?: string;
  /** The part of a list of commands that it is about, which a command rule is compared with. */
  readonly command?: SimpleText;
  /** What a path rule has to name to answer a secret: one of these. */
  readonly secret?: readonly string[];
}
