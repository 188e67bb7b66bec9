/** Programs whose exit code 1 says "nothing found" or "they differ". */
const ASKING: ReadonlySet<string> = new Set(["grep", "rg", "egrep", "fgrep", "find", "diff", "test", "[", "[["]);
const ASKING_GIT: ReadonlySet<string> = new Set(["diff", "grep"]);

/** Whether an exit code is an answer of the command that gave it, rather than a failure. */
export function isAnswer(command: string, code: number): boolean {
  if (code !== 1) return false;
  const [name, ...words] = lastCommand(command);
  if (name === "git") return ASKING_GIT.has(subcommandOf(words));
  return name !== undefined && ASKING.has(name.slice(name.lastIndexOf("/") + 1));
}

/** Words of the last simple command, which is the one whose exit code the shell reports. */
function lastCommand(command: string): readonly string[] {
  const last = commands(command).findLast((words) => words.length > 0) ?? [];
  const start = last.findIndex((word) => !/^\w+=/.test(word) && word !== "command" && word !== "builtin");
  return start < 0 ? [] : last.slice(start);
}

/**
 * A shell line as commands, each as its words. Knows quotes and operators, nothing more: a wrong guess only changes
 * whether a result is marked as failed.
 */
function commands(line: string): readonly (readonly string[])[] {
  const found: string[][] = [[]];
  const parts = line.matchAll(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\[\s\S]|\d?>&\d?|&>|[^\s;&|"'\\])+|[;&|\n]/g);
  for (const [word] of parts) {
    if (/^[;&|\n]$/.test(word)) found.push([]);
    else found.at(-1)!.push(word);
  }
  return found;
}

function subcommandOf(words: readonly string[]): string {
  const withValue = new Set(["-C", "-c", "--git-dir", "--work-tree", "--namespace"]);
  for (let place = 0; place < words.length; place++) {
    const word = words[place]!;
    if (withValue.has(word)) place++;
    else if (!word.startsWith("-")) return word;
  }
  return "";
}
