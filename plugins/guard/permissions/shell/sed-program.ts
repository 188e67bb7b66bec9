const ADDRESS = /(?:\d+(?:~\d+)?|\$)/y;
/** Commands that take nothing. */
const BARE = "pd=DgGhHnNPxzlF";

/**
 * True for sed programs that only print, change what is printed, or quit: none of them writes, runs or reads a file.
 * What this does not know for certain is false.
 */
export function onlyPrints(program: string): boolean {
  if (program.length > 2_000) return false;
  const at = { place: 0, depth: 0 };
  for (;;) {
    skip(program, at, /[\s;]*/y);
    if (at.place >= program.length) return at.depth === 0;
    if (program[at.place] === "#") skip(program, at, /[^\n]*/y);
    else if (program[at.place] === "}") {
      at.place++;
      if (at.depth-- <= 0 || !ends(program, at)) return false;
    } else if (!addresses(program, at) || !command(program, at)) return false;
  }
}

interface At {
  place: number;
  depth: number;
}

function skip(program: string, at: At, pattern: RegExp): boolean {
  pattern.lastIndex = at.place;
  const found = pattern.exec(program);
  if (found) at.place = pattern.lastIndex;
  return found !== null;
}

/** None, one or two, and a negation. */
function addresses(program: string, at: At): boolean {
  if (address(program, at)) {
    skip(program, at, /\s*/y);
    if (program[at.place] === ",") {
      at.place++;
      skip(program, at, /\s*/y);
      if (!skip(program, at, /[+~]\d+/y) && !address(program, at)) return false;
    }
    skip(program, at, /[ \t]*!?[ \t]*/y);
  }
  return true;
}

function address(program: string, at: At): boolean {
  if (skip(program, at, ADDRESS)) return true;
  const custom = program[at.place] === "\\";
  const delimiter = program[at.place + (custom ? 1 : 0)];
  if (!custom && delimiter !== "/") return false;
  if (delimiter === undefined || /[\w\s\\;]/.test(delimiter)) return false;
  const start = at.place;
  at.place += custom ? 2 : 1;
  if (!delimited(program, at, delimiter)) {
    at.place = start;
    return false;
  }
  skip(program, at, /[IM]*/y);
  return true;
}

/** Up to the sign that ends a part. Where a set of letters is open there, its end is not certain. */
function delimited(program: string, at: At, delimiter: string, sets = true): boolean {
  const start = at.place;
  for (; at.place < program.length; at.place++) {
    const one = program[at.place]!;
    if (one === "\\") at.place++;
    else if (one === "\n") return false;
    else if (one === delimiter) {
      const part = program.slice(start, at.place++);
      return !sets || !/\[[^\]]*$/.test(part.replaceAll(/\\[\s\S]/g, "").replaceAll(/\[\^?\]?[^\]]*\]/g, ""));
    }
  }
  return false;
}

function command(program: string, at: At): boolean {
  const letter = program[at.place++];
  switch (letter) {
    case "{":
      at.depth++;
      return true;
    case "s":
    case "y":
      return exchange(program, at, letter);
    case "q":
    case "Q":
      return skip(program, at, /[ \t]*\d*/y) && ends(program, at);
    case "b":
    case "t":
    case "T":
    case ":":
      return skip(program, at, /[ \t]*[\w-]*/y) && ends(program, at);
    case "a":
    case "i":
    case "c":
      // Text to the end of the line, with nothing that could carry it on to the next one.
      return (
        skip(program, at, /[ \t]*\\?\n?[^\\\n]*(?:\\[^\n][^\\\n]*)*(?=\n|$)/y) &&
        !program.slice(0, at.place).endsWith("\\")
      );
    default:
      return letter !== undefined && BARE.includes(letter) && ends(program, at);
  }
}

function exchange(program: string, at: At, letter: "s" | "y"): boolean {
  const delimiter = program[at.place++];
  if (delimiter === undefined || /[\w\s\\;]/.test(delimiter)) return false;
  if (!delimited(program, at, delimiter) || !delimited(program, at, delimiter, false)) return false;
  return (letter === "y" || skip(program, at, /[gpiIM\d]*/y)) && ends(program, at);
}

/** A command is over at the end of a line, a semicolon or a bracket. */
function ends(program: string, at: At): boolean {
  skip(program, at, /[ \t]*/y);
  return at.place >= program.length || /[\n;}#]/.test(program[at.place]!);
}
