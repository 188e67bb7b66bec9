import { mayBeOption, type Argument } from "./argument.js";
import { FIND_TESTS } from "./read-only-table.js";

/** The words of a `find` that is certain to only look, but for the commands it runs. */
export interface FindWords {
  readonly paths: readonly Argument[];
  /** All of it but the commands. */
  readonly itself: readonly Argument[];
  /** Which names it lists, or hands to its commands, at most. */
  readonly names: {
    readonly patterns: readonly string[];
    readonly files: boolean;
    readonly without: readonly string[];
  };
  /** The commands it runs on what it finds, `{}` in them as written. */
  readonly runs?: readonly FindRun[];
}

interface FindRun {
  readonly words: readonly Argument[];
  /** It is handed many names at once. */
  readonly several: boolean;
}

/** Undefined where a word of it is not known to be harmless. */
export function findWords(words: readonly Argument[]): FindWords | undefined {
  let place = words[1]?.text === "-H" || words[1]?.text === "-P" ? 2 : 1;
  const paths: Argument[] = [];
  for (; place < words.length && !/^[-(),!]/.test(words[place]!.text); place++) {
    if (mayBeOption(words[place]!)) return undefined;
    paths.push(words[place]!);
  }
  const tests = words.slice(place);
  const itself = words.slice(0, place);
  const terms: Term[] = [];
  const runs: FindRun[] = [];
  for (place = 0; place < tests.length;) {
    const { text, unknown, wild } = tests[place]!;
    if (unknown || wild) return undefined;
    if (text === "-exec") {
      const end = tests.findIndex(
        (word, at) => at > place && !word.unknown && (word.text === ";" || word.text === "+"),
      );
      if (end < place + 2) return undefined;
      runs.push({ words: tests.slice(place + 1, end), several: tests[end]!.text === "+" });
      terms.push({ test: text });
      place = end + 1;
      continue;
    }
    const arity = FIND_TESTS.get(text);
    if (arity === undefined || place + arity >= tests.length) return undefined;
    const value = arity === 1 ? tests[place + 1]! : undefined;
    if (value?.unknown?.loose || value?.wild) return undefined;
    terms.push({ test: text, ...(value && { value: value.text }) });
    itself.push(...tests.slice(place, place + 1 + arity));
    place += 1 + arity;
  }
  return { paths, itself, names: namesIn(terms), ...(runs.length > 0 && { runs }) };
}

interface Term {
  readonly test: string;
  readonly value?: string;
}

const OR = /^(?:-o|-or|,)$/;
const NOT = /^(?:!|-not)$/;

/** What every name has to fit that is listed, or handed to what is run. Where that is not certain, nothing is left out. */
function namesIn(terms: readonly Term[]): FindWords["names"] {
  const branches: Term[][] = [[]];
  for (const term of terms) {
    if (OR.test(term.test)) branches.push([]);
    else branches.at(-1)!.push(term);
  }
  const isOdd = terms.some(
    ({ test }, at) => (NOT.test(test) && terms[at + 1]?.test === "(") || /^-(?:prune|iname)$/.test(test),
  );
  // What stands behind a command does not hold for it.
  const before = branches.map((branch) =>
    branch.slice(0, [...branch.map(({ test }) => test), "-exec"].indexOf("-exec")),
  );
  const names = before.map((branch) => valuesOf(branch, /^-name$/, false));
  const [only, ...others] = before as [Term[], ...Term[][]];
  const isOne = others.length === 0 && !isOdd;
  return {
    patterns: !isOdd && names.every((one) => one.length > 0) ? names.flat() : [],
    files: isOne && valuesOf(only, /^-type$/, false).includes("f"),
    without: isOne
      ? valuesOf(only, /^-i?path$|^-wholename$/, true).flatMap((path) => /^\*?\/?([\w.-]+)\/\*$/.exec(path)?.[1] ?? [])
      : [],
  };
}

/** The values of a test, where it is negated or where it is not. */
function valuesOf(terms: readonly Term[], test: RegExp, negated: boolean): readonly string[] {
  return terms.flatMap(({ test: name, value }, at) => {
    const isNegated = NOT.test(terms[at - 1]?.test ?? "");
    return value !== undefined && test.test(name) && isNegated === negated ? [value] : [];
  });
}
