import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { live } from "../../../core/live.js";
import type { KernelView, Setup } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Invocation, Subcommand, SubcommandSpec } from "../../../schemas/front.js";
import { helpPage, subcommandPage } from "./page.js";

const setup: Setup = (ctx) => {
  ctx.add("subcommand", live<Subcommand>({ name: "help", run: async (invocation) => run(ctx.kernel, invocation) }));
};
export default setup;

function run(kernel: KernelView, { flags, positionals, io }: Invocation): number {
  const width = Math.min(120, Math.max(40, (io.stdout.isTTY ? io.stdout.columns : undefined) ?? 80));
  const [name, second] = positionals;
  const subcommands = kernel.all("subcommand") as readonly SubcommandSpec[];
  const named = (wanted: string): SubcommandSpec | undefined =>
    subcommands.find((one) => one.name === wanted || one.aliases?.includes(wanted));
  const asked = (second === undefined ? undefined : named(`${name} ${second}`)) ?? named(name ?? "");
  const below = subcommands.filter((one) => one.name.startsWith(`${asked?.name ?? name} `));
  // `nacre "some prompt" --help` asks about nacre, not about the prompt.
  if (name !== undefined && !asked && below.length === 0 && flags["help"] !== true) {
    const names = subcommands.map((one) => one.name).toSorted();
    throw new UserError(`There is no subcommand "${name}"; there are ${names.join(", ")}.`);
  }
  const known = asked !== undefined || below.length > 0;
  io.stdout.write(known ? subcommandPage(asked, below, width) : helpPage(kernel, { width, docs: docs() }));
  return EXIT.done;
}

/** Where the documentation of the nacre that runs is. */
function docs(): string {
  try {
    const folder = join(dirname(dirname(realpathSync(process.argv[1] ?? ""))), "docs");
    if (existsSync(folder)) return `The documentation is in ${folder}.`;
  } catch {
    // Embedded in another program: the package has it all the same.
  }
  return "The documentation is in the folder docs of the package.";
}
