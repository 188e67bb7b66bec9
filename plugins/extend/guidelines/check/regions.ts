import type { Language } from "./language.js";

/**
 * Splits a text into its code and its comments. Both are as long as the text, what does not belong is blank. Texts in
 * quotation marks are part of neither; code inside of template texts is code.
 */
export function regionsOf(text: string, language: Language): { readonly code: string; readonly comments: string } {
  const scanner = new Scanner(text, language);
  scanner.run();
  return { code: scanner.blanked("code"), comments: scanner.blanked("comment") };
}

type What = "code" | "comment" | "string";

class Scanner {
  readonly #text: string;
  readonly #language: Language;
  /** Where something other than code begins, and what was before it. */
  readonly #cuts: { readonly at: number; readonly what: What }[] = [{ at: 0, what: "code" }];
  /** Depths of braces at which template texts go on. */
  readonly #templates: number[] = [];
  #depth = 0;
  #at = 0;

  constructor(text: string, language: Language) {
    this.#text = text;
    this.#language = language;
  }

  run(): void {
    const { line = [], block = [], quotes = [] } = this.#language;
    const firsts = [...line, ...block.map(([opening]) => opening), ...quotes, "{", "}", "/"].map((mark) => mark[0]);
    const special = new RegExp(`[${[...new Set(firsts)].join("").replace(/[\\\]^-]/g, "\\$&")}]`, "g");
    for (;;) {
      special.lastIndex = this.#at;
      const next = special.exec(this.#text);
      if (!next) return;
      this.#at = next.index;
      const starts = (mark: string): boolean => this.#text.startsWith(mark, this.#at);
      const pair = block.find(([opening]) => starts(opening));
      if (pair) this.#to("comment", this.#after(pair[1], this.#at + pair[0].length));
      else if (line.some(starts) && this.#isComment()) this.#to("comment", this.#lineEnd());
      else if (this.#closesTemplate()) this.#template(this.#at + 1);
      else {
        const quote = quotes.find(starts);
        if (quote === "`" && this.#language.name !== "go") this.#template(this.#at + 1);
        else if (quote !== undefined) this.#to("string", this.#stringEnd(quote));
        else if (this.#isRegex()) this.#to("string", this.#regexEnd());
        else this.#step();
      }
    }
  }

  /** The text with everything but one kind made blank. */
  blanked(kept: What): string {
    let result = "";
    for (const [place, { at, what }] of this.#cuts.entries()) {
      const piece = this.#text.slice(at, this.#cuts[place + 1]?.at ?? this.#text.length);
      result += what === kept ? piece : piece.replace(/[^\n]/g, " ");
    }
    return result;
  }

  #to(what: What, end: number): void {
    this.#cuts.push({ at: this.#at, what }, { at: end, what: "code" });
    this.#at = end;
  }

  #step(): void {
    const character = this.#text[this.#at++];
    if (character === "{") this.#depth++;
    else if (character === "}") this.#depth--;
  }

  #after(mark: string, from: number): number {
    const found = this.#text.indexOf(mark, from);
    return found < 0 ? this.#text.length : found + mark.length;
  }

  #lineEnd(): number {
    const found = this.#text.indexOf("\n", this.#at);
    return found < 0 ? this.#text.length : found;
  }

  /** In shells and YAML a `#` within a word is none. */
  #isComment(): boolean {
    return this.#text[this.#at] !== "#" || this.#at === 0 || /[\s;(]/.test(this.#text[this.#at - 1]!);
  }

  #stringEnd(quote: string): number {
    const raw = this.#language.name === "go" && quote === "`";
    const overLines = quote.length > 1 || raw || this.#language.name === "shell";
    for (let at = this.#at + quote.length; at < this.#text.length; at++) {
      if (this.#text[at] === "\\" && !raw) at++;
      else if (this.#text[at] === "\n" && !overLines) return at;
      else if (this.#text.startsWith(quote, at)) return at + quote.length;
    }
    return this.#text.length;
  }

  #closesTemplate(): boolean {
    if (this.#text[this.#at] !== "}" || this.#templates.at(-1) !== this.#depth) return false;
    this.#templates.pop();
    return true;
  }

  /** The text of a template up to its end, or up to code within it. */
  #template(from: number): void {
    for (let at = from; at < this.#text.length; at++) {
      if (this.#text[at] === "\\") at++;
      else if (this.#text[at] === "`") return this.#to("string", at + 1);
      else if (this.#text.startsWith("${", at)) {
        this.#templates.push(this.#depth);
        return this.#to("string", at + 2);
      }
    }
    this.#to("string", this.#text.length);
  }

  #isRegex(): boolean {
    if (this.#text[this.#at] !== "/" || !/^(?:java|type)script$/.test(this.#language.name)) return false;
    const before = this.#text.slice(Math.max(0, this.#at - 20), this.#at);
    const begins = /(?:^|[\n(,=:[!&|?{};+\-*%~^<>]|\b(?:return|typeof|case|in|of|do|else|void|throw))\s*$/.test(before);
    return begins && this.#regexEnd() > this.#at + 2;
  }

  #regexEnd(): number {
    let inClass = false;
    for (let at = this.#at + 1; at < this.#text.length && this.#text[at] !== "\n"; at++) {
      const character = this.#text[at];
      if (character === "\\") at++;
      else if (character === "[") inClass = true;
      else if (character === "]") inClass = false;
      else if (character === "/" && !inClass) return at + 1;
    }
    return this.#at;
  }
}
