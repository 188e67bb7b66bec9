import type { Hit } from "./rule.js";
import { linesOf } from "../markdown.js";
import type { Source } from "./source.js";

/** Programs whose name alone tells that a command is meant. */
export const PROGRAMS: ReadonlySet<string> = new Set(
  `npm npx pnpm yarn bun bunx deno node pip pip3 pipenv poetry uv conda python python3 cargo rustup go git gh docker docker-compose
  podman kubectl helm terraform make cmake gradle mvn brew apt apt-get yum curl wget rm sudo chmod chown sed awk ssh scp
  rsync psql mysql redis-cli jest vitest mocha pytest tox eslint prettier tsc webpack vite rake bundle gem rails composer
  artisan dotnet nuget mix flutter dart swift xcodebuild aws gcloud az vercel netlify firebase prisma`.split(/\s+/),
);

const PREFIXES: ReadonlySet<string> = new Set([
  "sudo",
  "exec",
  "command",
  "time",
  "env",
  "nohup",
  "then",
  "do",
  "else",
  "if",
  "!",
  "@",
]);

/** Whether a piece of code in a sentence is a command line. */
export function isCommand(code: string): boolean {
  const first = code.split(/\s+/)[0]!;
  return PROGRAMS.has(first) && /^[\w./ =:@<>*"'-]+$/.test(code) && !/^\w+ = /.test(code);
}

/** Where a file runs a command, whatever other options it is given. */
export function commandHits(source: Source, command: string): readonly Hit[] {
  const wanted = command.split(/\s+/).filter((word) => !/^<.*>$|^\.\.\.$|^\*$/.test(word));
  return linesWithCommands(source).flatMap(({ line, text, column }) => {
    const found = simpleCommands(text).find(({ words }) => fits(words, wanted));
    return found ? [{ line, column: column + found.at }] : [];
  });
}

interface CommandLine extends Hit {
  readonly text: string;
}

/** The lines of a file that shells read: scripts, recipes, steps of builds, scripts of a package, examples in pages. */
function linesWithCommands(source: Source): readonly CommandLine[] {
  const { path, text, language } = source;
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (language?.name === "shell" || path.includes(".husky/")) return all(withoutComments(text));
  if (/^(?:GNU)?[Mm]akefile$|\.mk$|^[Jj]ustfile$/.test(name)) return all(withoutComments(text), /^\s+[@-]*/);
  if (/^Dockerfile|\.dockerfile$|Containerfile$/i.test(name))
    return all(withoutComments(text), /^\s*(?:RUN|CMD|ENTRYPOINT)?\s+/);
  if (language?.name === "yaml")
    return all(
      withoutComments(text),
      /^\s*(?:-\s+)?(?:(?:run|script|command|cmd|before_script|entry):\s*[|>]?-?)?\s*(?:-\s+)?/,
    );
  if (name === "package.json") return packageScripts(text);
  return language?.name === "markdown" ? examples(text) : [];
}

function all(text: string, opening = /^\s*/): readonly CommandLine[] {
  return text.split("\n").map((row, place) => {
    const skipped = opening.exec(row)?.[0].length ?? 0;
    return { line: place + 1, column: skipped + 1, text: row.slice(skipped) };
  });
}

function withoutComments(text: string): string {
  return text.replace(/(^|\s)#.*$/gm, (whole, before: string) => before + " ".repeat(whole.length - before.length));
}

function packageScripts(text: string): readonly CommandLine[] {
  const block = /"scripts"\s*:\s*\{([^}]*)\}/.exec(text);
  if (!block) return [];
  const first = text.slice(0, block.index + block[0].indexOf("{")).split("\n").length;
  return block[1]!.split("\n").flatMap((row, place) => {
    const script = /"[^"]+"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(row);
    if (!script) return [];
    const column = script.index + script[0].lastIndexOf(script[1]!) + 1;
    return [{ line: first + place, column, text: script[1]! }];
  });
}

function examples(text: string): readonly CommandLine[] {
  let inShell = false;
  let before = "text";
  return linesOf(text).flatMap(({ text: row, kind }, place) => {
    const opens = kind === "fence" && before !== "fence";
    before = kind;
    if (opens) inShell = /^\s*(?:[-*+]\s+)?[`~]{3,}\s*(?:sh|bash|shell|zsh|console|shell-session|terminal)\b/.test(row);
    if (kind !== "fence" || opens || !inShell || /^\s*[`~]{3,}\s*$/.test(row)) {
      if (kind === "fence" && !opens && /^\s*[`~]{3,}\s*$/.test(row)) before = "text";
      return [];
    }
    const skipped = /^\s*(?:[$%>]\s+)?/.exec(row)![0].length;
    return [{ line: place + 1, column: skipped + 1, text: row.slice(skipped).replace(/(^|\s)#.*$/, "") }];
  });
}

/** The simple commands of a line, each cut into words. */
function simpleCommands(line: string): readonly { readonly at: number; readonly words: readonly string[] }[] {
  const commands: { at: number; words: readonly string[] }[] = [];
  for (const { index, 0: piece } of line.matchAll(/[^&|;`()]+/g)) {
    const words = piece.replace(/\\"/g, '"').replace(/["']/g, " ").trim().split(/\s+/);
    let skip = 0;
    while (skip < words.length && (PREFIXES.has(words[skip]!) || /^[A-Z_][A-Z0-9_]*=/.test(words[skip]!))) skip++;
    const at = index + (piece.length - piece.trimStart().length);
    commands.push({ at, words: words.slice(skip) });
  }
  return commands;
}

/** Options may stand anywhere; all other words have to stand in their order, with nothing but options between them. */
function fits(words: readonly string[], wanted: readonly string[]): boolean {
  const options = wanted.filter((word) => word.startsWith("-"));
  const plain = wanted.filter((word) => !word.startsWith("-"));
  if (plain.length > 0 && words[0]?.split("/").at(-1) !== plain[0]) return false;
  const rest = words.slice(1).filter((word) => !word.startsWith("-"));
  if (!plain.slice(1).every((word, place) => rest[place] === word)) return false;
  return options.every((option) => (plain.length > 0 || words.length > 1) && hasOption(words, option));
}

function hasOption(words: readonly string[], option: string): boolean {
  if (/^-[a-zA-Z]+$/.test(option)) {
    const letters = words.filter((word) => /^-[a-zA-Z]+$/.test(word)).join("");
    return Array.from(option.slice(1)).every((letter) => letters.includes(letter));
  }
  return words.some((word) => word === option || word.startsWith(`${option}=`));
}
