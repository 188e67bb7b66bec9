/** Options for all of git that take the next word. */
const GIT_VALUES = /^(?:-[Cc]|--(?:git-dir|work-tree|namespace|exec-path|super-prefix|config-env|attr-source))$/;

/** Programs with commands of their own, before which options can stand. */
const MANY: ReadonlySet<string> = new Set(
  "npm pnpm yarn docker podman kubectl helm gh cargo aws gcloud az terraform tofu pip pip3 systemctl svn hg".split(" "),
);
const PROGRAM_FOLDER = /^(?:\/|~\/)(?:.*\/)?s?bin\//;

/** The words of a git command from the one that says what it does. */
export function gitCommand(args: readonly string[]): readonly string[] {
  let place = 0;
  while (args[place]?.startsWith("-")) place += GIT_VALUES.test(args[place]!) ? 2 : 1;
  return args.slice(place);
}

/** Whether a word of a command is the value of an option for all of git. */
export function isGitValue(words: readonly string[], at: number): boolean {
  const before = words.slice(1, at);
  return words[0] === "git" && GIT_VALUES.test(before.at(-1) ?? "") && gitCommand(before).length === 0;
}

/**
 * A command as it is and as it could also have been written: without the folder of its program, without the options that
 * stand before what it does. A rule that forbids the one is about the others too.
 */
export function spellings(words: readonly string[]): readonly string[] {
  const [head = "", ...rest] = words;
  const name = PROGRAM_FOLDER.test(head) ? head.replace(/^.*\//, "") : head;
  const found = [words, [name, ...rest]];
  if (rest[0]?.startsWith("-")) {
    if (name === "git") found.push([name, ...gitCommand(rest)]);
    if (MANY.has(name)) found.push(...withoutOptions(name, rest));
  }
  return [...new Set(found.map((one) => one.join(" ")))];
}

/** Whether an option takes the next word is not known, so both readings count. */
function withoutOptions(name: string, rest: readonly string[]): readonly (readonly string[])[] {
  const first = rest.findIndex((word) => !word.startsWith("-"));
  if (first < 0) return [];
  const second = rest.findIndex((word, at) => at > first && !word.startsWith("-") && !rest[at - 1]!.startsWith("-"));
  return [first, first + 1, second].filter((at) => at >= 0).map((at) => [name, ...rest.slice(at)]);
}
