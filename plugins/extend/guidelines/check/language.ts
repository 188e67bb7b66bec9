/** How a language is written, as far as looking into it goes. */
export interface Language {
  readonly name: string;
  readonly extensions: readonly string[];
  /** Words for it in a sentence. */
  readonly words: readonly string[];
  readonly isCode: boolean;
  /** Beginnings of comments up to the end of the line. */
  readonly line?: readonly string[];
  /** Beginning and end of comments. */
  readonly block?: readonly (readonly [string, string])[];
  /** Quotation marks of texts, the longest first. */
  readonly quotes?: readonly string[];
}

const C = { isCode: true, line: ["//"], block: [["/*", "*/"]] as const, quotes: ['"', "'"] };
const SHARP = { isCode: true, line: ["#"], quotes: ['"', "'"] };
const MARKUP = { isCode: true, block: [["<!--", "-->"]] as const };

export const LANGUAGES: readonly Language[] = [
  {
    name: "typescript",
    extensions: ["ts", "tsx", "mts", "cts"],
    words: ["typescript", "ts", "tsx"],
    ...C,
    quotes: ['"', "'", "`"],
  },
  {
    name: "javascript",
    extensions: ["js", "jsx", "mjs", "cjs"],
    words: ["javascript", "js", "jsx"],
    ...C,
    quotes: ['"', "'", "`"],
  },
  { name: "python", extensions: ["py", "pyi"], words: ["python"], ...SHARP, quotes: ['"""', "'''", '"', "'"] },
  { name: "go", extensions: ["go"], words: ["go", "golang"], ...C, quotes: ['"', "'", "`"] },
  { name: "rust", extensions: ["rs"], words: ["rust"], ...C, quotes: ['"'] },
  { name: "java", extensions: ["java"], words: ["java"], ...C, quotes: ['"""', '"', "'"] },
  { name: "kotlin", extensions: ["kt", "kts"], words: ["kotlin"], ...C, quotes: ['"""', '"', "'"] },
  { name: "swift", extensions: ["swift"], words: ["swift"], ...C, quotes: ['"""', '"'] },
  { name: "c", extensions: ["c", "h", "cc", "cpp", "cxx", "hpp", "hh"], words: ["c++"], ...C },
  { name: "c#", extensions: ["cs"], words: ["c#", "csharp"], ...C },
  { name: "php", extensions: ["php"], words: ["php"], ...C, line: ["//", "#"] },
  { name: "ruby", extensions: ["rb", "rake"], words: ["ruby"], ...SHARP },
  { name: "shell", extensions: ["sh", "bash", "zsh"], words: ["shell", "bash"], ...SHARP },
  { name: "css", extensions: ["css", "scss", "less"], words: ["css", "scss", "stylesheets"], ...C },
  {
    name: "sql",
    extensions: ["sql"],
    words: ["sql"],
    isCode: true,
    line: ["--"],
    block: [["/*", "*/"]],
    quotes: ["'"],
  },
  {
    name: "html",
    extensions: ["html", "htm", "vue", "svelte"],
    words: ["html", "vue", "svelte", "templates"],
    ...MARKUP,
  },
  { name: "lua", extensions: ["lua"], words: ["lua"], isCode: true, line: ["--"], quotes: ['"', "'"] },
  { name: "yaml", extensions: ["yaml", "yml"], words: ["yaml"], ...SHARP },
  { name: "toml", extensions: ["toml"], words: ["toml"], ...SHARP },
  { name: "json", extensions: ["json", "jsonc", "json5"], words: ["json"], isCode: false },
  {
    name: "markdown",
    extensions: ["md", "mdx", "markdown"],
    words: ["markdown", "docs", "documentation", "doc"],
    isCode: false,
  },
  { name: "text", extensions: ["txt", "rst", "adoc"], words: [], isCode: false },
];

const BY_EXTENSION = new Map(
  LANGUAGES.flatMap((language) => language.extensions.map((one) => [one, language] as const)),
);
const BY_WORD = new Map(LANGUAGES.flatMap((language) => language.words.map((one) => [one, language] as const)));

export function languageOf(path: string, text = ""): Language | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const extension = name.includes(".") ? name.slice(name.lastIndexOf(".") + 1).toLowerCase() : "";
  const known = BY_EXTENSION.get(extension);
  if (known) return known;
  if (/^#!.*\b(?:ba|z|da)?sh\b/.test(text)) return BY_EXTENSION.get("sh");
  if (/^#!.*\bpython/.test(text)) return BY_EXTENSION.get("py");
  return /^#!.*\bnode\b/.test(text) ? BY_EXTENSION.get("js") : undefined;
}

export function languageCalled(word: string): Language | undefined {
  return BY_WORD.get(word);
}
