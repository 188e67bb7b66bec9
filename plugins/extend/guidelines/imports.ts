import { linesOf, withoutSpans } from "./markdown.js";

/** An `@path` in a text. */
export interface Import {
  /** As written, without the `@`. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

const MOST = 100;

/** Finds `@path` outside of code: at the start of a line or after white space or an opening bracket. */
export function importsIn(text: string): readonly Import[] {
  if (!text.includes("@")) return [];
  const found: Import[] = [];
  for (const [place, { text: line, kind }] of linesOf(text).entries()) {
    if (kind !== "text" || !line.includes("@")) continue;
    for (const [, written] of withoutSpans(line).matchAll(/(?:^|[\s([])@((?:\\ |[^\s@`])+)/g)) {
      const path = written!.replaceAll("\\ ", " ").replace(/[.,;:!?)\]}"'*]+$/, "");
      if (path !== "" && found.length < MOST) found.push({ path, line: place + 1 });
    }
  }
  return found;
}

/** Whether somebody who wrote this meant a file, so that its absence is worth a word. */
export function looksLikeFile(path: string): boolean {
  return /^(?:\.{1,2}|~)?\//.test(path) || /\.(?:md|mdx|markdown|txt|rst)$/i.test(path);
}
