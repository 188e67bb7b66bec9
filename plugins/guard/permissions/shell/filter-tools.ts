import type { Argument } from "./argument.js";

/** How a program that looks at data by a filter is called. */
interface FilterTool {
  /** Options without a value. */
  readonly flags: RegExp;
  /** Options that take one or two words, by how many. */
  readonly valued: Readonly<Record<string, number>>;
  /** What a filter cannot hold: it would show the environment, read other files or run something. */
  readonly refused: RegExp;
  readonly subcommands?: RegExp;
}

const JQ: FilterTool = {
  flags:
    /^-(?:[rcsneSjaCMRh]+|-(?:raw-output|compact-output|slurp|null-input|exit-status|sort-keys|join-output|tab|color-output|monochrome-output|raw-input|ascii-output))$/,
  valued: { "--arg": 2, "--argjson": 2, "--indent": 1, "--slurpfile": 2, "--rawfile": 2 },
  refused: /(?<![.\w])env\b|\$ENV|\$__|(?<![.\w])(?:import|include|input_filename|get_search_list|modulemeta)\b/,
};
const YQ: FilterTool = {
  flags:
    /^-(?:[rePCMNjcs]+|[op]=?(?:json|yaml|yml|props|csv|tsv|xml|toml|j|y)|-(?:output-format|input-format)=\w+|-(?:prettyPrint|no-colors|colors|no-doc|unwrapScalar|exit-status|raw-output))$/,
  valued: { "-o": 1, "-p": 1, "-I": 1, "--output-format": 1, "--input-format": 1, "--indent": 1 },
  refused:
    /(?<![.\w])(?:env|strenv|envsubst|load\w*|system|import|include|eval|input_filename|get_search_list)\b|\$ENV|\$__/,
  subcommands: /^(?:e|ea|eval|eval-all)$/,
};
const TOOLS: Readonly<Record<string, FilterTool>> = { jq: JQ, gojq: JQ, jaq: JQ, yq: YQ };

const FILE_VALUES = /^--(?:slurpfile|rawfile)$/;

/** The files that a program reads which looks at data by a filter; undefined where it is none, or could do more. */
export function readsWithFilter(words: readonly Argument[]): readonly Argument[] | undefined {
  const tool = Object.hasOwn(TOOLS, words[0]!.text) ? TOOLS[words[0]!.text]! : undefined;
  if (!tool) return undefined;
  // What yq calls -s cuts its input into files; what jq calls so reads it as a whole.
  const isYq = tool === YQ;
  let filter: string | undefined;
  const files: Argument[] = [];
  for (let place = 1; place < words.length; place++) {
    const { text, unknown, wild } = words[place]!;
    if (isYq && place === 1 && tool.subcommands!.test(text)) continue;
    if (!unknown && !wild && Object.hasOwn(tool.valued, text)) {
      place += tool.valued[text]!;
      if (place >= words.length || words.slice(1, place + 1).some((one) => one.unknown?.loose)) return undefined;
      if (FILE_VALUES.test(text)) files.push(words[place]!);
    } else if (text.startsWith("-") && text !== "-") {
      if (unknown || wild || !tool.flags.test(text) || (isYq && /^-[a-zA-Z]*s/.test(text))) return undefined;
    } else if (filter === undefined) {
      if (unknown || wild) return undefined;
      filter = text;
    } else if (unknown) return undefined;
    else files.push(words[place]!);
  }
  if (filter === undefined || tool.refused.test(withoutTexts(filter))) return undefined;
  if (files.some(({ unknown, wild, text }) => unknown ?? (wild && text.startsWith("-")))) return undefined;
  // Without a filter, yq prints the file.
  return isYq && files.length === 0 && /\.(?:ya?ml|json|toml)$/.test(filter)
    ? [{ text: filter, raw: filter, tilde: false }]
    : files;
}

/** What stands in quotes is none of a filter's words, unless something is put into it. */
function withoutTexts(filter: string): string {
  return filter.includes("\\(") ? filter : filter.replaceAll(/#[^\n]*|"(?:[^"\\]|\\[\s\S])*"/g, '""');
}
