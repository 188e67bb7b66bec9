import { createInterface } from "node:readline/promises";
import type { KernelView } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Invocation } from "../../../schemas/front.js";
import { projectRoot } from "../../../schemas/project-root.js";
import { userHome } from "../../../schemas/user-home.js";
import { pathsOf, type Paths } from "./paths.js";
import { progressOn, type Progress } from "./progress.js";
import { scopeOf } from "./scope.js";
import type { SettingsScope } from "./state/installed-file.js";

/** One command line at work. */
export interface Job {
  readonly kernel: KernelView;
  readonly paths: Paths;
  readonly project: string;
  readonly userHome: string;
  readonly flags: Invocation["flags"];
  readonly words: readonly string[];
  readonly scope: SettingsScope;
  readonly progress: Progress;
  /** Writes a line of the answer. */
  print(line: string): void;
  /** Writes a line beside the answer. */
  note(line: string): void;
  /** Resolves when a person agrees; throws a UserError where none does or none is there. */
  agree(question: string): Promise<void>;
}

export function createJob(kernel: KernelView, { flags, positionals, io }: Invocation): Job {
  const progress = progressOn(io.stderr);
  const write = (stream: NodeJS.WritableStream, line: string): void => {
    progress.clear();
    stream.write(`${line}\n`);
  };
  return {
    kernel,
    paths: pathsOf(kernel.home),
    project: projectRoot(kernel.cwd, kernel.home),
    userHome: userHome(kernel.env),
    flags,
    words: positionals,
    scope: scopeOf(flags["scope"]),
    progress,
    print: (line) => write(io.stdout, line),
    note: (line) => write(io.stderr, line),
    async agree(question) {
      if (flags["yes"] === true) return;
      if (!io.stdin.isTTY || !io.stderr.isTTY) {
        throw new UserError("Nobody is here to be asked: look at the above, then say -y to agree to it.", EXIT.denied);
      }
      const lines = createInterface({ input: io.stdin, output: io.stderr, terminal: false });
      const answer = await lines.question(`${question} [y/N] `).finally(() => lines.close());
      if (!/^y(es)?$/i.test(answer.trim())) throw new UserError("Nothing was changed.", EXIT.denied);
    },
  };
}

/** The words behind a verb, as many as it takes. Throws a UserError that shows how it is used. */
export function wordsOf(job: Job, usage: string, least: number, most: number = least): readonly string[] {
  const { words } = job;
  if (words.length >= least && words.length <= most) return words;
  throw new UserError(`${words.length < least ? "Something is missing" : "That is too much"}: nacre plugin ${usage}.`);
}
