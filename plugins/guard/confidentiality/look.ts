import { withTexts } from "../../../schemas/with-texts.js";
import type { Action, Match, Term } from "./term.js";

/** Something that leaves with a call. */
export interface Leaving {
  /** For people: "the commit message". */
  readonly place: string;
  readonly text: string;
  /** It stands in the call's own input, so that it can be masked there. */
  readonly inInput: boolean;
  /** There is more of it than is looked through; or nobody can tell what it is, which is asked about where there are terms. */
  readonly partial?: true | "unknown";
}

/** Something that leaves and that nobody here can look into. */
export function unknown(place: string): Leaving {
  return { place, text: "", inInput: false, partial: "unknown" };
}

/** A term in something that leaves. The term itself is not in it. */
export interface Finding {
  readonly id: string;
  readonly action: Action;
  readonly place: string;
  /** From 1; 0 where the text could not be searched in time. */
  readonly line: number;
  readonly inInput: boolean;
}

/** From here on only what is of another kind than all before: each term that asks for something has to be among them. */
const MOST = 20;

/** What must not leave and is about to. */
export function look(terms: readonly Term[], leaving: readonly Leaving[]): readonly Finding[] {
  const found: Finding[] = [];
  const hasTerms = terms.some(({ builtIn }) => builtIn !== true);
  for (const { place, text, inInput, partial } of leaving) {
    const isAsked = partial === true || (partial !== undefined && hasTerms && !found.some(({ id }) => id === partial));
    if (isAsked) found.push({ id: partial === true ? "size" : partial, action: "ask", place, line: 0, inInput });
    for (const { id, action, find } of terms) {
      const matches = find(text);
      if (matches?.length === 0) continue;
      const line = matches ? lineAt(text, matches[0]!.at) : 0;
      const what = { id, action: matches ? action : ("block" as const), inInput };
      if (found.length >= MOST && found.some((one) => isLike(one, what))) continue;
      // A file may be named after the term.
      found.push({ ...what, place: maskedText(place, terms), line });
    }
  }
  return found;
}

type What = Pick<Finding, "id" | "action" | "inInput">;

function isLike(one: What, other: What): boolean {
  return one.id === other.id && one.action === other.action && one.inInput === other.inInput;
}

function lineAt(text: string, at: number): number {
  let line = 1;
  for (let next = text.indexOf("\n"); next >= 0 && next < at; next = text.indexOf("\n", next + 1)) line++;
  return line;
}

/** Stands for what is masked: a word that means nothing to a shell. */
const MASK = "REDACTED";

/** Every text in a value without these terms. */
export function masked<T>(value: T, terms: readonly Term[]): T {
  return withTexts(value, (text) => maskedText(text, terms)) as T;
}

function maskedText(text: string, terms: readonly Term[]): string {
  let rest = text;
  for (const { find } of terms) {
    const matches: readonly Match[] = [...(find(rest) ?? [])].toSorted((one, other) => other.at - one.at);
    let until = rest.length + 1;
    for (const { at, length } of matches) {
      if (at + length > until) continue;
      rest = rest.slice(0, at) + MASK + rest.slice(at + length);
      until = at;
    }
  }
  return rest;
}
