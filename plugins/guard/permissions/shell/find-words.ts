import { mayBeOption, type Argument } from "./argument.js";
import { FIND_TESTS } from "./read-only-table.js";

/** The words of a `find` that is certain to only look, but for the commands it runs. */
export interface FindWords {
  readonly paths: readonly Argument[];
  /** Which names it lists, at most. */
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
      place = end + 1;
      continue;
    }
    const arity = FIND_TESTS.get(text);
    if (arity === undefined || place + arity >= tests.length) return undefined;
    const value = arity === 1 ? tests[place + 1]! : undefined;
    if (value?.unknown?.loose || value?.wild) return undefined;
    place += 1 + arity;
  }
  return { paths, names: namesIn(tests.map(({ text }) => text)), ...(runs.length > 0 && { runs }) };
}

/** What every name has to fit. Where there are alternatives, nothing is left out that one of them could list. */
function namesIn(tests: readonly string[]): FindWords["names"] {
  const after = (...options: readonly string[]): readonly string[] =>
    tests.filter((_, at) => options.includes(tests[at - 1] ?? "") && !/^(?:!|-not)$/.test(tests[at - 2] ?? ""));
  const negated = tests.filter(
    (_, at) => /^-i?path$|^-wholename$/.test(tests[at - 1] ?? "") && /^(?:!|-not)$/.test(tests[at - 2] ?? ""),
  );
  const text = tests.join("\n");
  const branches = /^(?:-o|-or|,)$/m.test(text);
  const each = text.split(/^(?:-o|-or|,)$/m).every((part) => /^-name$/m.test(part));
  const odd = /^(?:!|-not)\n\($|^-(?:prune|iname)$/m.test(text);
  return {
    patterns: each && !odd ? after("-name") : [],
    files: !branches && !odd && after("-type").includes("f"),
    without: branches || odd ? [] : negated.flatMap((path) => /^\*?\/?([\w.-]+)\/\*$/.exec(path)?.[1] ?? []),
  };
}
