import type { KernelView } from "../../../core/types.js";
import { EXIT } from "../../../schemas/errors.js";
import type { Invocation } from "../../../schemas/front.js";
import { printable } from "../../../schemas/printable.js";
import { findMinimal } from "./find-minimal.js";
import { suspectsOf, type Suspects } from "./suspects.js";
import type { Ran } from "./run-command.js";
import { Trial } from "./trial.js";
import { jsonText } from "../../../schemas/json-text.js";

/** Culprits that are looked for, one after the other. */
const MOST_CULPRITS = 5;
const SECONDS = 120;

type Verdict = "works" | "not a plugin" | "found" | "unclear";

interface Finding {
  readonly verdict: Verdict;
  /** Each a plugin, or several that fail only together. */
  readonly culprits: readonly (readonly string[])[];
  /** Whether it works without them. */
  readonly worksWithout: boolean;
  readonly runs: number;
  /** The end of what the command wrote when it failed with as few plugins as possible. */
  readonly output: string;
}

/** `nacre plugin bisect -- CMD`. Resolves with 0 when a plugin was found, 1 when it is none or cannot be told. */
export async function bisect(kernel: KernelView, { positionals, flags, io }: Invocation): Promise<number> {
  const suspects = suspectsOf(kernel, positionals);
  const seconds = typeof flags["bisect-timeout"] === "number" ? flags["bisect-timeout"] : SECONDS;
  using stopping = stoppable();
  const trial = new Trial(kernel, {
    words: positionals,
    suspects,
    signal: stopping.signal,
    timeout: seconds * 1000,
    tell: (sentence) => void io.stderr.write(`${printable(sentence)}\n`),
  });
  const finding = await find(suspects, trial);
  if (flags["json"] === true) io.stdout.write(`${jsonText(finding, 2)}\n`);
  else io.stdout.write(findingText(finding));
  return finding.verdict === "found" ? EXIT.done : EXIT.failed;
}

/** Aborted by ctrl-C, so that what runs ends with us. */
function stoppable(): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, stop);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const name of ["SIGINT", "SIGTERM"] as const) process.off(name, stop);
    },
  };
}

async function find({ names }: Suspects, trial: Trial): Promise<Finding> {
  const finding = (verdict: Verdict, more: Partial<Finding> = {}): Finding => ({
    verdict,
    culprits: [],
    worksWithout: false,
    runs: trial.runs,
    output: trial.lastFailure?.tail ?? "",
    ...more,
  });
  const fails = async (on: readonly string[]): Promise<boolean> => !works(await trial.run(on));
  if (!(await fails(names))) return finding("works", { worksWithout: true });
  if (await fails([])) return finding("not a plugin");
  const culprits: (readonly string[])[] = [];
  let rest = names;
  let isBroken = true;
  while (isBroken && culprits.length < MOST_CULPRITS) {
    const found = await findMinimal(rest, fails);
    // The same again: a command that fails by chance would name anybody.
    if (works(await trial.again(found))) return finding("unclear", { culprits });
    culprits.push(found);
    rest = rest.filter((name) => !found.includes(name));
    isBroken = rest.length > 0 && (await fails(rest));
  }
  return finding("found", { culprits, worksWithout: !isBroken });
}

function works({ code, late }: Ran): boolean {
  return code === 0 && !late;
}

function findingText({ verdict, culprits, worksWithout, runs, output }: Finding): string {
  if (verdict === "works") return "The command works with all plugins; there is nothing to find.\n";
  const lines = output
    .trimEnd()
    .split("\n")
    .slice(-5)
    .map((line) => `  ${printable(line)}`);
  const said = output.trim() === "" ? "" : `It wrote last:\n${lines.join("\n")}\n`;
  if (verdict === "not a plugin") {
    return `The command fails without any plugin that did not ship with nacre, so none of them breaks it.\n${said}`;
  }
  if (verdict === "unclear") {
    return `The command does not fail each time with the same plugins, so no plugin can be named (${runs} runs).\n`;
  }
  const named = culprits.map((names) =>
    names.length === 1
      ? `${printable(names[0]!)} breaks the command.\n`
      : `${names.map(printable).join(" and ")} break the command together; each alone does not.\n`,
  );
  const names = culprits.flat().map(printable).join(", ");
  const end = worksWithout
    ? `Without ${culprits.flat().length === 1 ? "it" : "them"} it works (${runs} runs). To switch off: nacre config set plugins.${printable(culprits[0]![0]!)}.enabled false\n`
    : `It fails without ${names} as well: more plugins break it, and were not looked for (${runs} runs).\n`;
  return `${named.join("")}${end}${said}`;
}
