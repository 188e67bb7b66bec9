/** A test of one character. */
export type OneOf = (character: string) => boolean;

/** A regular expression, taken apart. */
export type Node =
  | { readonly kind: "one"; readonly test: OneOf }
  | { readonly kind: "all" | "any"; readonly parts: readonly Node[] }
  | { readonly kind: "repeat"; readonly part: Node; readonly least: number; readonly most?: number };

const LONGEST = 1000;
const DEEPEST = 50;
const MOST_REPEATS = 200;

/** Takes an expression apart, or says in one phrase what is wrong with it or cannot be followed in bounded time. */
export function expressionTree(pattern: string): Node | string {
  if (pattern.length > LONGEST) return `the expression is longer than ${LONGEST} characters`;
  // Both ends are anchored anyhow; a backslash before the dollar makes it a dollar.
  const text = pattern.replace(/^\^/, "").replace(/(?<!\\)((?:\\\\)*)\$$/, "$1");
  try {
    return new Reader(text).read();
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
}

class Fault extends Error {}

class Reader {
  readonly #characters: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#characters = Array.from(text);
  }

  read(): Node {
    const tree = this.#alternatives();
    if (this.#at < this.#characters.length) throw new Fault("the expression closes a group that is not open");
    return tree;
  }

  #alternatives(): Node {
    if (++this.#depth > DEEPEST) throw new Fault("the expression has too many groups in groups");
    const parts = [this.#sequence()];
    while (this.#takes("|")) parts.push(this.#sequence());
    this.#depth--;
    return parts.length === 1 ? parts[0]! : { kind: "any", parts };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    for (let next = this.#peek(); next !== undefined && next !== "|" && next !== ")"; next = this.#peek()) {
      parts.push(this.#repeated(this.#atom()));
    }
    return { kind: "all", parts };
  }

  #atom(): Node {
    const one = this.#characters[this.#at++]!;
    switch (one) {
      case "(":
        return this.#group();
      case "[":
        return { kind: "one", test: this.#set() };
      case ".":
        return { kind: "one", test: (given) => given !== "\n" };
      case "\\":
        return { kind: "one", test: this.#escaped() };
      case "^":
      case "$":
        throw new Fault(`the expression has a ${one} in the middle; write \\${one} for the character`);
      case "*":
      case "+":
      case "?":
        throw new Fault(`the expression repeats nothing at ${one}`);
      default:
        return { kind: "one", test: (given) => given === one };
    }
  }

  #group(): Node {
    if (this.#takes("?") && !this.#takes(":")) {
      throw new Fault("the expression uses a group of a kind that has no bounded time");
    }
    const tree = this.#alternatives();
    if (!this.#takes(")")) throw new Fault("a group of the expression is not closed");
    return tree;
  }

  #repeated(part: Node): Node {
    const counts = this.#counts();
    if (!counts) return part;
    this.#takes("?"); // Whether it takes much or little first makes no difference to whether the whole matches.
    const [least, most] = counts;
    if (Math.max(least, most ?? 0) > MOST_REPEATS || (most !== undefined && most < least)) {
      throw new Fault(`the expression repeats something more than ${MOST_REPEATS} times`);
    }
    const again = { kind: "repeat", part, least, ...(most !== undefined && { most }) } as const;
    if (this.#counts()) throw new Fault("the expression repeats a repetition");
    return again;
  }

  #counts(): readonly [number, number | undefined] | undefined {
    if (this.#takes("*")) return [0, undefined];
    if (this.#takes("+")) return [1, undefined];
    if (this.#takes("?")) return [0, 1];
    const rest = this.#characters.slice(this.#at, this.#at + 12).join("");
    const found = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(rest);
    if (!found) return undefined;
    this.#at += found[0].length;
    const least = Number(found[1]);
    if (found[2] === undefined) return [least, least];
    return [least, found[3] === "" ? undefined : Number(found[3])];
  }

  #set(): OneOf {
    const negated = this.#takes("^");
    const tests: OneOf[] = [];
    while (!this.#takes("]")) {
      const from = this.#member();
      const isRange = this.#peek() === "-" && this.#characters[this.#at + 1] !== "]";
      if (typeof from === "string" && isRange) {
        this.#at++;
        const to = this.#member();
        if (typeof to !== "string" || to < from) throw new Fault("the expression has a range that is none");
        tests.push((given) => given >= from && given <= to);
      } else tests.push(typeof from === "string" ? (given) => given === from : from);
    }
    return (given) => tests.some((test) => test(given)) !== negated;
  }

  #member(): string | OneOf {
    const one = this.#characters[this.#at++];
    if (one === undefined) throw new Fault("a set of the expression is not closed");
    return one === "\\" ? this.#escape() : one;
  }

  #escaped(): OneOf {
    const meant = this.#escape();
    return typeof meant === "string" ? (given) => given === meant : meant;
  }

  #escape(): string | OneOf {
    const one = this.#characters[this.#at++];
    if (one === undefined) throw new Fault("the expression ends with a backslash");
    const named = CLASSES.get(one) ?? CONTROLS.get(one);
    if (named !== undefined) return named;
    if (/[\p{L}\p{N}]/u.test(one)) throw new Fault(`the expression uses \\${one}, which is not known here`);
    return one;
  }

  #peek(): string | undefined {
    return this.#characters[this.#at];
  }

  #takes(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at++;
    return true;
  }
}

const ofClass =
  (expression: RegExp, wanted: boolean): OneOf =>
  (given) =>
    expression.test(given) === wanted;

const CLASSES: ReadonlyMap<string, OneOf> = new Map([
  ["d", ofClass(/\d/, true)],
  ["D", ofClass(/\d/, false)],
  ["w", ofClass(/\w/, true)],
  ["W", ofClass(/\w/, false)],
  ["s", ofClass(/\s/, true)],
  ["S", ofClass(/\s/, false)],
]);
const CONTROLS: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
]);
