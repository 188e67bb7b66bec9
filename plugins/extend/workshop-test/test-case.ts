import type { JsonObject } from "../../../schemas/json.js";

/** A text to find, `/an expression/flags` that must match, or a list of which each must be found. */
export type Wanted = string | readonly string[];

/** A call that must have been made. Inputs are patterns by key; what is not named may be anything. */
export interface WantedCall {
  readonly name: string;
  readonly input?: Readonly<Record<string, unknown>>;
  readonly decision?: "allow" | "deny";
  /** In the words of the decision. */
  readonly reason?: Wanted;
  readonly result?: Wanted;
  readonly error?: boolean;
}

export interface Expectations {
  /** Exit code of the last prompt's run; 0 where nothing is said. */
  readonly exit?: number;
  readonly answer?: Wanted;
  /** In this order, among others. */
  readonly calls?: readonly WantedCall[];
  /** Names of tools that no call may name. */
  readonly no_calls?: readonly string[];
  /** In what was told to the model beside its own words: prompts and what hooks and skills added. */
  readonly context?: Wanted;
  readonly no_context?: Wanted;
  /** In what was said to the person on stderr. */
  readonly notice?: Wanted;
  /** Files of the working folder afterwards: their content, or false for none. */
  readonly files?: Readonly<Record<string, Wanted | false>>;
}

/** One test. */
export interface TestCase {
  readonly test: string;
  readonly prompt: string | readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  /** A shell command that prepares the working folder. */
  readonly setup?: string;
  readonly settings?: JsonObject;
  readonly mode?: string;
  /** Further words of the command line. */
  readonly args?: readonly string[];
  /** Turns of a scripted model, as `--script` takes them. */
  readonly model?: readonly unknown[];
  /** A recording to play instead, beside the test file. */
  readonly replay?: string;
  readonly expect?: Expectations;
}

/** A test with the place it is written at. */
export interface PlacedTest extends TestCase {
  readonly file: string;
  readonly line: number;
}
