import type { Hit } from "./rule.js";
import type { Region, Source } from "./source.js";

const MOST_HITS = 200;

/** Every place where a pattern fits. The pattern is global and works within lines. */
export function hitsOf(source: Source, region: Region, pattern: RegExp): readonly Hit[] {
  const hits: Hit[] = [];
  const text = source.region(region);
  let line = 1;
  let start = 0;
  let counted = 0;
  for (const { index, 0: found } of text.matchAll(pattern)) {
    const at = index + (found.length - found.trimStart().length);
    for (let next = text.indexOf("\n", counted); next >= 0 && next < at; next = text.indexOf("\n", next + 1)) {
      line++;
      start = next + 1;
      counted = start;
    }
    hits.push({ line, column: at - start + 1 });
    if (hits.length >= MOST_HITS) break;
  }
  return hits;
}

/** Code that is about the words in comments, wherever it stands. */
const IN_COMMENTS =
  /^(?:TODO|FIXME|XXX|HACK)\b|^@ts-|^(?:es|ox|ts|style)lint-|^(?:#\s*)?(?:type: *ignore|noqa|pylint|nosec)|^\/\/|^#\s/i;
const OPERATOR = "=!<>+\\-*/%&|^~?:";

/** A search for a piece of code as somebody writes it in a sentence; undefined where it is too little to search for. */
export function codeSearch(code: string): { readonly pattern: RegExp; readonly region: Region } | undefined {
  if (code.length > 100 || /^\W?$|^\w$/.test(code)) return undefined;
  if (IN_COMMENTS.test(code)) return { pattern: new RegExp(escaped(code), "g"), region: "comments" };
  if (code === "any") {
    const before = String.raw`(?<=[:<|&,([=]\s{0,3}|\b(?:as|extends|keyof)\s{1,3})`;
    return { pattern: new RegExp(String.raw`${before}any(?![\w$(.])(?!\s*[:(?])`, "g"), region: "code" };
  }
  if (!/[\p{L}\d_]/u.test(code)) {
    if (/[;,(){}[\]."'`#@\\]/.test(code)) return undefined;
    return { pattern: new RegExp(`(?<![${OPERATOR}])${escaped(code)}(?![${OPERATOR}])`, "g"), region: "code" };
  }
  const calls = /\((?:\.\.\.|…)?\)$/.test(code);
  const name = code.replace(/\((?:\.\.\.|…)?\)$/, "");
  const quoted = /["'`]|:\/\//.test(name);
  const left = /^[\w$]/.test(name) ? (/^[\w$]+$/.test(name) ? String.raw`(?<![\w$.\-])` : String.raw`(?<![\w$])`) : "";
  const right = calls ? String.raw`\s*\(` : /[\w$]$/.test(name) ? String.raw`(?![\w$\-])` : "";
  const body = escaped(name)
    .replace(/\\\.\\\*$/, String.raw`\.\w+`)
    .replace(/(?:\\\.){2,3}|…/g, "[^\\n]{0,80}?")
    .replace(/\s+/g, String.raw`[ \t]+`);
  return {
    pattern: new RegExp(left + body + right, "g"),
    region: quoted ? "all" : name.startsWith("@") ? "all" : "code",
  };
}

/** A search for words in any text, whole and in any case. */
export function wordSearch(words: string): RegExp {
  const body = escaped(words).replace(/\s+/g, String.raw`\s+`);
  const left = /^[\p{L}\d]/u.test(words) ? String.raw`(?<![\p{L}\d_])` : "";
  const right = /[\p{L}\d]$/u.test(words) ? String.raw`(?![\p{L}\d_])` : "";
  return new RegExp(left + body + right, "giu");
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
