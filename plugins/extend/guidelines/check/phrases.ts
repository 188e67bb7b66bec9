import type { Check } from "./rule.js";
import { hitsOf } from "./find-text.js";
import { importsOf } from "./find-imports.js";
import type { Region, Source } from "./source.js";

interface Phrase {
  /** At the beginning of what is forbidden, in small letters. */
  readonly fits: RegExp;
  readonly says: string;
  /** Languages it is about, by name; all otherwise. */
  readonly languages?: readonly string[];
  readonly region?: Region;
  readonly pattern?: RegExp;
  find?(source: Source): ReturnType<NonNullable<Check["find"]>>;
}

const SCRIPT = ["typescript", "javascript"];

/** Things that guidelines name by words, and what they look like. */
const PHRASES: readonly Phrase[] = [
  {
    fits: /^default[- ]exports?\b|^export default\b/,
    says: "a default export",
    languages: SCRIPT,
    pattern: /^[ \t]*export[ \t]+default\b/gm,
  },
  {
    fits: /^emojis?\b/,
    says: "an emoji",
    region: "all",
    pattern: /\p{Emoji_Presentation}|\p{Extended_Pictographic}\u{fe0f}/gu,
  },
  { fits: /^em[- ]dash(?:es)?\b/, says: "an em dash", region: "all", pattern: /\u2014/g },
  {
    fits: /^trailing (?:white ?space|spaces|blanks)\b/,
    says: "white space at the end of the line",
    region: "all",
    pattern: /(?<=\S)[ \t]+$/gm,
  },
  {
    fits: /^(?:todo|fixme)s?(?: comments?| markers?)?$/,
    says: "a TODO or FIXME",
    region: "comments",
    pattern: /\b(?:TODO|FIXME)\b(?!-)/g,
  },
  {
    fits: /^(?:typescript )?enums?\b/,
    says: "an enum",
    languages: ["typescript"],
    pattern: /\benum[ \t]+\w+[ \t]*\{/g,
  },
  {
    fits: /^debugger(?: statements?)?\b/,
    says: "a debugger statement",
    languages: SCRIPT,
    pattern: /(?<![\w$.])debugger(?=\s*(?:;|$))/gm,
  },
  {
    fits: /^non-null assertions?\b/,
    says: "a non-null assertion",
    languages: ["typescript"],
    pattern: /(?<=[\w$)\]])!(?=[.;,)\]]|\s*$)/gm,
  },
  {
    fits: /^(?:the )?any (?:types?|keyword)\b/,
    says: "the type any",
    languages: ["typescript"],
    pattern: /(?<=[:<|&,([=]\s{0,3}|\b(?:as|extends|keyof)\s{1,3})any(?![\w$(.])(?!\s*[:(?])/g,
  },
  { fits: /^print statements?\b/, says: "a call of print", languages: ["python"], pattern: /(?<![\w.])print\s*\(/g },
  {
    fits: /^(?:console|console\.log|console log)s?(?: statements?| calls?)\b/,
    says: "a call of console",
    languages: [...SCRIPT, "html"],
    pattern: /(?<![\w$.])console\.\w+(?=\s*\()/g,
  },
  {
    fits: /^(?:wildcard|star) imports?\b/,
    says: "an import of everything",
    languages: ["python", "java", "kotlin"],
    pattern: /^[ \t]*(?:from[ \t]+\S+[ \t]+import[ \t]+\*|import[ \t]+[\w.]+\.\*)/gm,
  },
  {
    fits: /^bare excepts?\b/,
    says: "an except without an exception",
    languages: ["python"],
    pattern: /^[ \t]*except[ \t]*:/gm,
  },
  { fits: /^non-ascii\b/, says: "a character that is not ASCII", region: "all", pattern: /[\u0080-\u{10ffff}]/gu },
  {
    fits: /^inline styles?\b/,
    says: "an inline style",
    languages: [...SCRIPT, "html"],
    pattern: /(?<![\w$.-])style\s*=\s*(?=[{"'])/g,
  },
  {
    fits: /^(?:parent(?:-relative| relative)? imports?|imports? from parent)\b/,
    says: "an import from a parent folder",
    find: (source) => importsOf(source).filter(({ module }) => module.startsWith("../")),
  },
  {
    fits: /^relative imports?\b/,
    says: "a relative import",
    find: (source) => importsOf(source).filter(({ module }) => /^\.{1,2}(?:\/|$)|^\.+\w/.test(module)),
  },
  {
    fits: /^tabs?(?: characters?| for indentation| to indent| indentation)?$/,
    says: "a tab at the beginning of the line",
    region: "all",
    pattern: /^\t+/gm,
    languages: [
      ...SCRIPT,
      "python",
      "java",
      "kotlin",
      "swift",
      "rust",
      "css",
      "html",
      "ruby",
      "php",
      "c#",
      "sql",
      "yaml",
      "json",
    ],
  },
];

/** The check for something that is called by its name, where it is known. */
export function phraseCheck(words: string): Check | undefined {
  const phrase = PHRASES.find(({ fits }) => fits.test(words));
  if (!phrase) return undefined;
  const { languages, region = "code", pattern, says } = phrase;
  const find = (source: Source): ReturnType<NonNullable<Check["find"]>> => {
    if (languages && !languages.includes(source.language?.name ?? "")) return [];
    return phrase.find?.(source) ?? (pattern ? hitsOf(source, region, pattern) : []);
  };
  return { kind: phrase.find ? "import" : "word", says: `This is ${says}`, find };
}
