import { simpleCommand, type Word } from "./simple-command.js";

/** Redirections that neither read nor write a file; only where a word could begin. */
const HARMLESS = /^(?:[12]?>>?[ \t]*\/dev\/null|&>>?[ \t]*\/dev\/null|2>&1|1?>&2)(?=$|[\s;|&])/;

/** What changes how later parts are read: where they run, what their names and variables mean. Its list asks. */
const CHANGES_SHELL: ReadonlySet<string> = new Set(
  [
    "cd pushd popd export alias unalias set shopt source . eval exec trap hash enable declare typeset local readonly",
    "unset read mapfile readarray getopts let wait ulimit umask return exit break continue fc bind complete compopt",
    "command builtin noglob env xargs parallel printf",
  ].flatMap((line) => line.split(" ")),
);

/**
 * Reads a command line that is certainly a list of simple commands of literal words, joined by `&&`, `||`, `;`, `|` or
 * line breaks, or says why it is not one. The parts are cut where the strict reading of the part before ends, so that
 * what is read here is what a shell runs.
 */
export function plainList(line: string): readonly (readonly Word[])[] | string {
  const parts: (readonly Word[])[] = [];
  for (const text of segments(line.trim())) {
    if (text === "\n") continue;
    const words = simpleCommand(text);
    if (typeof words === "string") return words;
    const head = words[0]!.text;
    if (CHANGES_SHELL.has(head)) return `${head} in it changes what its other parts do`;
    parts.push(words);
  }
  return parts.length > 0 ? parts : "it is empty";
}

/** The texts between operators outside of quotes; an empty line is "\n". */
function segments(line: string): readonly string[] {
  const found: string[] = [];
  let text = "";
  let place = 0;
  const cut = (length: number): void => {
    found.push(text);
    text = "";
    place += length;
  };
  while (place < line.length) {
    const one = line[place]!;
    const harmless = text === "" || /[ \t]$/.test(text) ? HARMLESS.exec(line.slice(place, place + 40)) : null;
    if (harmless) {
      text += " ";
      place += harmless[0].length;
    } else if (one === "\\") {
      text += line.slice(place, place + 2);
      place += 2;
    } else if (one === "'" || one === '"') {
      const end = closing(line, place);
      text += line.slice(place, end);
      place = end;
    } else if (one === "\n") {
      if (text.trim() === "") text = "\n";
      cut(1);
    } else if (line.startsWith("&&", place) || line.startsWith("||", place)) cut(2);
    else if (one === ";" || one === "|") cut(1);
    else {
      text += one;
      place++;
    }
  }
  found.push(text);
  return found;
}

/** Behind the quote that closes the one here. */
function closing(line: string, start: number): number {
  const quote = line[start]!;
  for (let place = start + 1; place < line.length; place++) {
    if (line[place] === "\\" && quote === '"') place++;
    else if (line[place] === quote) return place + 1;
  }
  return line.length;
}
