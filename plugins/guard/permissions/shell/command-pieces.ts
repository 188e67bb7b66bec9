import {
  ASSIGNMENT,
  BLOCK,
  closingBracket,
  heredocBody,
  KEYWORDS,
  NAMING,
  REDIRECT,
  SHELLS,
  type Heredoc,
  type Part,
  type Piece,
  type Pieces,
  type Redirect,
} from "./shell-text.js";

const MAX_DEPTH = 12;
const MAX_PIECES = 2000;

/**
 * Finds every simple command that can be seen in a line, those in substitutions and blocks included. This is a reading
 * with open eyes, not a proof: it serves to refuse and to warn, and nothing may be allowed because of it.
 */
export function findPieces(line: string): Pieces {
  const state: Found = { pieces: [] };
  new Scanner(line, state, 0).run();
  return { pieces: state.pieces, ...(state.unclear !== undefined && { unclear: state.unclear }) };
}

interface Found {
  readonly pieces: Piece[];
  unclear?: string;
}

interface Draft {
  text: string;
  dynamic: boolean;
  glob: boolean;
  quoted: boolean;
  tilde: boolean;
}

class Scanner {
  readonly #text: string;
  readonly #found: Found;
  readonly #depth: number;
  #place = 0;
  #words: (Part & { readonly quoted: boolean })[] = [];
  #redirects: Redirect[] = [];
  #piped = false;
  #word: Draft | undefined;
  #operator: string | undefined;
  #heredocs: Heredoc[] = [];
  #lineStart: number;

  constructor(text: string, found: Found, depth: number) {
    this.#text = text;
    this.#found = found;
    this.#depth = depth;
    this.#lineStart = found.pieces.length;
  }

  run(): void {
    if (this.#depth > MAX_DEPTH) return this.#doubt("it is nested too deeply");
    while (this.#place < this.#text.length) this.#step(this.#text[this.#place]!);
    this.#endPiece(false);
  }

  #step(one: string): void {
    switch (one) {
      case " ":
      case "\t":
      case "\r":
        this.#endWord();
        this.#place++;
        return;
      case "\\":
        return this.#escape();
      case "'":
        return this.#single(this.#place + 1);
      case '"':
        return this.#double();
      case "$":
        return this.#dollar(this.#draft(), false);
      case "`":
        return this.#backtick(this.#draft());
      case "#":
        if (!this.#word) return this.#comment();
        return this.#plain(one);
      case "\n":
        return this.#newline();
      case "<":
      case ">":
        return this.#angle();
      case "&":
        return this.#text[this.#place + 1] === ">" ? this.#angle() : this.#separator();
      case ";":
      case "|":
      case "(":
      case ")":
        return this.#separator();
      default:
        return this.#plain(one);
    }
  }

  #draft(): Draft {
    return (this.#word ??= { text: "", dynamic: false, glob: false, quoted: false, tilde: false });
  }

  #plain(one: string): void {
    const word = this.#draft();
    if (one === "*" || one === "?" || one === "[") word.glob = true;
    if (one === "~" && word.text === "" && !word.quoted) word.tilde = true;
    const braces = one === "{" ? /^\{[^\s{}]*(?:,|\.\.)/.exec(this.#text.slice(this.#place, this.#place + 500)) : null;
    if (braces) word.dynamic = true;
    word.text += one;
    this.#place++;
  }

  #escape(): void {
    const next = this.#text[this.#place + 1];
    if (next !== "\n" && next !== undefined) {
      const word = this.#draft();
      word.text += next;
      word.quoted = true;
    }
    this.#place += 2;
  }

  #single(from: number): void {
    const word = this.#draft();
    const end = this.#text.indexOf("'", from);
    if (end < 0) this.#doubt("a quote is not closed");
    word.text += this.#text.slice(from, end < 0 ? undefined : end);
    word.quoted = true;
    this.#place = end < 0 ? this.#text.length : end + 1;
  }

  #double(): void {
    const word = this.#draft();
    word.quoted = true;
    this.#place++;
    while (this.#place < this.#text.length) {
      const one = this.#text[this.#place]!;
      if (one === '"') return void this.#place++;
      if (one === "$") this.#dollar(word, true);
      else if (one === "`") this.#backtick(word);
      else if (one === "\\" && /[$`"\\\n]/.test(this.#text[this.#place + 1] ?? "")) {
        if (this.#text[this.#place + 1] !== "\n") word.text += this.#text[this.#place + 1];
        this.#place += 2;
      } else {
        word.text += one;
        this.#place++;
      }
    }
    this.#doubt("a quote is not closed");
  }

  #dollar(word: Draft, quoted: boolean): void {
    const next = this.#text[this.#place + 1] ?? "";
    if (next === "'" && !quoted) {
      this.#doubt("it uses $'...'");
      this.#place++;
      return this.#single(this.#place + 1);
    }
    if (next === '"' && !quoted) {
      this.#place++;
      return this.#double();
    }
    if (!/[\w({@*#?$!-]/.test(next)) {
      word.text += "$";
      this.#place++;
      return;
    }
    word.dynamic = true;
    if (next !== "(" && next !== "{") {
      word.text += `$${next}`;
      this.#place += 2;
      return;
    }
    const end = this.#closing();
    const inner = this.#text.slice(this.#place + 2, end);
    if (next === "{") this.#expansions(inner);
    else this.#nested(inner, inner.startsWith("(") && inner.endsWith(")"));
    word.text += this.#text.slice(this.#place, end + 1);
    this.#place = end + 1;
  }

  #backtick(word: Draft): void {
    word.dynamic = true;
    let end = this.#place + 1;
    while (end < this.#text.length && this.#text[end] !== "`") end += this.#text[end] === "\\" ? 2 : 1;
    if (end >= this.#text.length) this.#doubt("a backtick is not closed");
    this.#nested(this.#text.slice(this.#place + 1, end).replace(/\\([\\`$])/g, "$1"));
    word.text += this.#text.slice(this.#place, end + 1);
    this.#place = end + 1;
  }

  /** Reads text that is itself shell script; of arithmetic, which may look like it, nothing odd counts. */
  #nested(text: string, arithmetic = false): void {
    const found = arithmetic ? { pieces: this.#found.pieces } : this.#found;
    new Scanner(text, found, this.#depth + 1).run();
  }

  /** Substitutions in text that is otherwise data. */
  #expansions(text: string): void {
    if (!/[$`]/.test(text)) return;
    const inner = new Scanner(`"${text.replaceAll('"', "")}"`, { pieces: [] }, this.#depth + 1);
    inner.run();
    this.#found.pieces.push(...inner.#found.pieces.slice(0, -1));
    if (inner.#found.unclear !== undefined) this.#doubt(inner.#found.unclear);
  }

  /** The end of the bracket that opens after this character. */
  #closing(): number {
    const end = closingBracket(this.#text, this.#place + 1);
    if (end === undefined) this.#doubt("a bracket is not closed");
    return end ?? this.#text.length;
  }

  #comment(): void {
    this.#place = (this.#text + "\n").indexOf("\n", this.#place);
  }

  #angle(): void {
    const rest = this.#text.slice(this.#place, this.#place + 4);
    if (/^[<>]\(/.test(rest)) {
      const end = this.#closing();
      this.#nested(this.#text.slice(this.#place + 2, end));
      this.#draft().dynamic = true;
      this.#place = end + 1;
      return;
    }
    if (this.#word && /^\d+$/.test(this.#word.text) && !this.#word.quoted) this.#word = undefined;
    this.#endWord();
    this.#operator = REDIRECT.exec(rest)![0];
    this.#place += this.#operator.length;
  }

  #endWord(): void {
    const word = this.#word;
    this.#word = undefined;
    if (!word) return;
    const operator = this.#operator;
    this.#operator = undefined;
    if (operator === undefined) this.#words.push(word);
    else if (operator === "<<" || operator === "<<-") {
      this.#heredocs.push({ delimiter: word.text, literal: word.quoted, tabs: operator === "<<-" });
    } else if (operator !== "<<<") this.#redirects.push({ operator, target: word });
    else if (this.#words.some(({ text }) => SHELLS.test(text))) this.#nested(word.text);
  }

  #separator(): void {
    const operator = /^(?:\|\||\|&|&&|;;&|;;|;&|.)/.exec(this.#text.slice(this.#place, this.#place + 3))![0];
    this.#endPiece(operator === "|" || operator === "|&");
    this.#place += operator.length;
  }

  #endPiece(pipe: boolean): void {
    this.#endWord();
    this.#dropKeywords();
    const head = this.#words.find((word) => !ASSIGNMENT.test(word.text));
    if (head?.dynamic) this.#doubt("its command word is computed");
    if (this.#words.length > 0 || this.#redirects.length > 0) {
      if (this.#found.pieces.length >= MAX_PIECES) this.#doubt("it has too many parts");
      else this.#found.pieces.push({ words: this.#words, redirects: this.#redirects, piped: this.#piped });
    }
    this.#words = [];
    this.#redirects = [];
    this.#piped = pipe;
  }

  #dropKeywords(): void {
    const isKeyword = (place: number, set: ReadonlySet<string>): boolean =>
      this.#words[place] !== undefined && !this.#words[place].quoted && set.has(this.#words[place].text);
    const block = [1, 2].find((place) => isKeyword(place, BLOCK) && isKeyword(0, NAMING));
    if (block !== undefined) this.#words.splice(0, block);
    while (isKeyword(0, KEYWORDS)) this.#words.shift();
  }

  #newline(): void {
    this.#endPiece(false);
    this.#place++;
    const isShell = this.#found.pieces
      .slice(this.#lineStart)
      .some(({ words }) => words.some((w) => SHELLS.test(w.text)));
    for (const heredoc of this.#heredocs.splice(0)) {
      const { body, end } = heredocBody(this.#text, this.#place, heredoc);
      this.#place = end;
      if (isShell) this.#nested(body);
      else if (!heredoc.literal) this.#expansions(body);
    }
    this.#lineStart = this.#found.pieces.length;
  }

  #doubt(why: string): void {
    this.#found.unclear ??= why;
  }
}
