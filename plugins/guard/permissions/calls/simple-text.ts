import { mayBeOption, type Argument } from "../shell/argument.js";
import { canBeDangerous } from "../shell/dangers.js";
import type { Simple, Word } from "../shell/script.js";
import { FIND_TESTS } from "../shell/read-only-table.js";
import { unwrapped } from "../shell/unwrap.js";
import { isWrapper } from "../shell/wrappers.js";
import { isHarmless } from "../shell/variables.js";
import type { SimpleText } from "./circumstance.js";
import { needsNoQuotes } from "./shown.js";

/** A simple command as rules see it. */
export function simpleText({ words, assignments }: Pick<Simple, "words" | "assignments">): SimpleText {
  const before = assignments.map(({ name, more, value }) => `${name}${more ? "+" : ""}=${value.raw}`);
  const { words: bare } = unwrapped(words.map(asArgument));
  const kept = words.slice(words.length - bare.length);
  const head = kept[0]!.text;
  const runs = head === "find" && (kept.some(({ text }) => RUNS.test(text)) || computesTests(kept));
  const open = kept.findIndex((word) => word.dynamic || word.glob);
  const certain = open < 0 ? undefined : kept.slice(0, open).map(written).join(" ");
  const doubtful =
    open >= 0 && canBeDangerous(kept[0]!.text) && kept.slice(open).some((word) => mayBeOption(asArgument(word)));
  // Variables can make it another command, and quotes within its name hide what it is.
  const changes = !assignments.every(isHarmless);
  const hides = !kept[0]!.plain || changes;
  const whole = [...before, ...words.map(written)].join(" ");
  return {
    whole,
    bare: changes ? whole : kept.map(written).join(" "),
    exactOnly: isWrapper(head) || runs || hides || doubtful,
    ...(certain !== undefined && { certain }),
  };
}

const RUNS = /^-(?:exec|ok|delete|fprint|fls)/;

/** Whether a word of `find` that is not known can be another one of its tests, or what it is to do. */
function computesTests(words: readonly Word[]): boolean {
  return words.some(({ dynamic, glob, pieces }, at) => {
    if (!dynamic && !glob) return false;
    const [before, test] = [words[at - 2], words[at - 1]].map((word) => FIND_TESTS.get(word?.text ?? ""));
    const isValue = test === 1 && before !== 1;
    return glob || !pieces.every(({ quoted }) => quoted) || !isValue;
  });
}

/** Quotes around a word that needs none say nothing. */
function written({ text, raw, dynamic, glob }: Word): string {
  return !dynamic && !glob && needsNoQuotes(text) ? text : raw;
}

function asArgument({ text, raw, tilde, dynamic, pieces }: Word): Argument {
  const first = pieces[0];
  const head = first?.kind === "text" ? first.text : "";
  return { text, raw, tilde, ...(dynamic && { unknown: { kind: "any", head, loose: true } as const }) };
}
