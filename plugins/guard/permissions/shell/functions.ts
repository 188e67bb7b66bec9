import { inShell } from "./changed-shell.js";
import type { Argument } from "./argument.js";
import { FILE_COMMANDS, READERS } from "./read-only-table.js";
import type { Definition, Script, Statement } from "./script.js";
import { unwrapped } from "./unwrap.js";
import { ANY, texts, type Value } from "./value.js";

/** Names that mean something to the shell, or to those who look at a line. */
const TAKEN: ReadonlySet<string> = new Set(
  [
    "cd pushd popd dirs export read local set unset shift return exit break continue eval source exec trap declare typeset",
    "readonly mapfile readarray test echo printf command builtin type getopts let wait kill jobs bg fg disown alias unalias",
    "hash shopt enable logout suspend times ulimit umask caller compgen complete compopt bind history fc help time coproc",
    "command_not_found_handle git find sed awk xargs env sudo bash sh zsh dash node npm npx python python3 docker",
  ].flatMap((line) => line.split(" ")),
);

/** The functions of a line, whose bodies run where they are called. */
export class Functions {
  readonly bodies: ReadonlyMap<string, Statement>;
  readonly #known = new Map<string, Statement>();
  readonly #followed = new Set<Statement>();
  readonly #top: ReadonlySet<Definition>;

  constructor({ body }: Script) {
    const parts = body.kind === "block" && !body.subshell ? body.parts : [];
    const certain = parts.filter(({ link }, at) => link === "then" && (at === 0 || parts[at - 1]!.link === "then"));
    const top = certain.map(({ statement }) => statement).filter((one) => one.kind === "definition");
    this.#top = new Set(top);
    this.bodies = new Map(top.map(({ name, body: own }) => [name, own]));
  }

  /** Why what stands in it cannot be followed where it is called. */
  define(definition: Definition): string | undefined {
    const { name, body } = definition;
    if (!this.#top.has(definition)) return "it defines a function somewhere in it";
    if (!/^[A-Za-z_]\w*$/.test(name) || TAKEN.has(name) || READERS.has(name) || FILE_COMMANDS.has(name))
      return `it defines the function ${name}, which has a meaning already`;
    if (this.#known.has(name)) return `it defines the function ${name} twice`;
    this.#known.set(name, body);
    return undefined;
  }

  /** A function that was defined and is not among those that were followed. */
  idle(): string | undefined {
    return [...this.#known].find(([, body]) => !this.#followed.has(body))?.[0];
  }

  /** The body of a function that is called; or that a word is called which is not followed. */
  called(words: readonly Argument[]): Statement | "hidden" | undefined {
    const own = this.#known.get(words[0]?.text ?? "");
    if (own) this.#followed.add(own);
    if (own || this.#known.size === 0 || words.length === 0) return own;
    const heads = [inShell(words)[0], unwrapped(words).words[0]];
    return heads.some((head) => head && this.#known.has(head.text)) ? "hidden" : undefined;
  }
}

/** What a function is handed, by the names that it has there; its arguments where all of them are known. */
export function handed(
  words: readonly Argument[],
  { home, strict }: { readonly home: string; readonly strict: boolean },
): { readonly variables: ReadonlyMap<string, Value>; readonly args?: readonly Argument[] } {
  const args = words.slice(1);
  const names = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
  // A pattern can find more than a shell does, and then every word after it stands elsewhere.
  const isOpen = args.some(({ unknown, wild, base }) => wild || base !== undefined || unknown?.loose);
  const valueAt = (at: number): Value => {
    const arg = args[at];
    if (isOpen) return ANY;
    if (!arg) return texts("");
    if (arg.unknown) return arg.unknown.head === "" && arg.unknown.kind !== "any" ? { kind: arg.unknown.kind } : ANY;
    return texts(arg.tilde ? arg.text.replace(/^~/, home) : arg.text);
  };
  const variables = new Map(names.map((name, at) => [name, valueAt(at)]));
  const isKnown = !isOpen && args.every(({ unknown }) => !unknown);
  const all = isKnown && !strict ? texts(args.map((_, at) => valueAtText(valueAt(at))).join(" ")) : ANY;
  for (const name of ["@", "*"]) variables.set(name, all);
  return { variables, ...(isKnown && { args }) };
}

const valueAtText = (value: Value): string => (value.kind === "texts" ? (value.texts[0] ?? "") : "");
