/** One word of a command line. */
export interface Word {
  /** After quote removal: what the program is handed. */
  readonly text: string;
  /** As written. */
  readonly raw: string;
  /** Starts with a `~/` that the shell replaces. */
  readonly tilde: boolean;
}

/** Longer command lines are not read. */
export const MAX_COMMAND = 10_000;

const ODD_CLASSES = "Cc Cf Cs Co Zl Zp Default_Ignorable_Code_Point";
let odd: RegExp | undefined;

/** Characters that show nothing, or show something else than what they are. Costly even to parse: made when needed. */
function oddCharacters(): RegExp {
  const classes = ODD_CLASSES.split(" ").map((name) => `\\p{${name}}`);
  return (odd ??= new RegExp(`[${classes.join("")}]|(?! )\\p{Zs}`, "u"));
}

const RESERVED: ReadonlySet<string> = new Set(
  "if then elif else fi for while until do done case esac select function in coproc [[ ]] { } !".split(" "),
);

/** Says which odd character stands in a text, if one does; `lines` lets line feeds pass, as tabs always do. */
export function oddCharacter(text: string, lines = false): string | undefined {
  const rest = text.replaceAll(lines ? /[\t\n]/g : /\t/g, " ");
  if (/^[ -~]*$/.test(rest)) return undefined;
  const found = oddCharacters().exec(rest);
  return found?.[0] && `U+${found[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}

/**
 * Reads a command line that is certainly one simple command of literal words, or says why it is not one. Accepts plain
 * words, single quotes, double quotes without expansion, and the few signs `find` and `git` need; whatever else there is to shell grammar is refused, so
 * that what is read here is exactly what a shell runs.
 */
export function simpleCommand(line: string): readonly Word[] | string {
  if (line.length > MAX_COMMAND) return `it is longer than ${MAX_COMMAND} characters`;
  const odd = oddCharacter(line);
  if (odd !== undefined) return `it contains the character ${odd}`;
  const words: Word[] = [];
  const text = line.trim();
  for (let place = 0; place < text.length;) {
    if (text[place] === " " || text[place] === "\t") {
      place++;
      continue;
    }
    const word = readWord(text, place);
    if (typeof word === "string") return word;
    words.push(word);
    place += word.raw.length;
  }
  const head = words[0];
  if (!head) return "it is empty";
  if (/^[A-Za-z_]\w*\+?=/.test(head.raw) || head.text.includes("=")) return "it sets a variable";
  if (RESERVED.has(head.raw)) return `it begins with the reserved word ${head.raw}`;
  if (head.text === "") return "its command word is empty";
  return words;
}

/** Unquoted characters that mean themselves everywhere in a word. */
const PLAIN = /[\w\-./:,@%+=^]/;

/** Beyond ASCII, what no shell in any locale takes for a blank: some look at single bytes. */
function isLetter(character: string): boolean {
  return character > "\x7f" && !/[\x85\xa0]/.test(Buffer.from(character).toString("latin1"));
}

/** `\(`, `\)`, `\;` and `\!`, which stand for the sign itself; `{}` as a word, and `@{upstream}`, which hold nothing to expand. */
const LITERAL = /^(?:\\[();!]|\{\}(?=[ \t]|$)|@\{[\w/-]*\})/;

function literalAt(line: string, start: number, place: number): string | undefined {
  const found = LITERAL.exec(line.slice(place, place + 100))?.[0];
  return found === "{}" && place > start ? undefined : found;
}

function readWord(line: string, start: number): Word | string {
  let text = "";
  let place = start;
  while (place < line.length && line[place] !== " " && line[place] !== "\t") {
    const one = String.fromCodePoint(line.codePointAt(place)!);
    const literal = literalAt(line, start, place);
    if (literal !== undefined) {
      text += literal.replace(/^\\/, "");
      place += literal.length;
    } else if (one === "'") {
      const end = line.indexOf("'", place + 1);
      if (end < 0) return "a quote is not closed";
      text += line.slice(place + 1, end);
      place = end + 1;
    } else if (one === '"') {
      const quoted = readQuoted(line, place + 1);
      if (typeof quoted === "string") return quoted;
      text += quoted.text;
      place = quoted.end;
    } else {
      const isTilde = one === "~" && isPlainTilde(line, start, place);
      if (!(PLAIN.test(one) || isLetter(one)) && !isTilde)
        return `it is more than one plain command: it contains ${nameOf(one)}`;
      if (one === "=" && place === start) return "a word begins with =";
      text += one;
      place += one.length;
    }
  }
  const raw = line.slice(start, place);
  return { text, raw, tilde: raw === "~" || raw.startsWith("~/") };
}

function nameOf(character: string): string {
  return character === "\\" ? "a backslash outside quotes" : character;
}

/** At the start of a word a tilde may only stand for home; inside, only where the shell leaves it alone. */
function isPlainTilde(line: string, start: number, place: number): boolean {
  if (place === start) return /^~(?:$|[\s/])/.test(line.slice(place));
  return /^[\w\-./,@%+^]+$/.test(line.slice(start, place));
}

function readQuoted(line: string, start: number): { readonly text: string; readonly end: number } | string {
  let text = "";
  for (let place = start; place < line.length; place++) {
    const one = line[place]!;
    if (one === '"') return { text, end: place + 1 };
    if (one === "$" || one === "`" || one === "!") return `it contains ${one} in double quotes`;
    if (one === "\\") {
      const next = line[place + 1] ?? "";
      if (next === "$" || next === "`") return `it contains ${next} in double quotes`;
      if (next === '"' || next === "\\") place++;
      text += next === '"' || next === "\\" ? next : "\\";
    } else text += one;
  }
  return "a quote is not closed";
}
