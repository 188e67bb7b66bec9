import { live } from "../../../core/live.js";
import type { KernelView, Setup } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Invocation, Subcommand } from "../../../schemas/front.js";
import { jsonText } from "../../../schemas/json-text.js";

const setup: Setup = (ctx) => {
  const run = async (invocation: Invocation): Promise<number> => validate(ctx.kernel, invocation);
  ctx.add("subcommand", live<Subcommand>({ name: "plugin validate", run }));
};
export default setup;

async function validate(kernel: KernelView, { positionals, flags, io }: Invocation): Promise<number> {
  const [path = ".", ...more] = positionals;
  if (more.length > 0) throw new UserError("One path at a time: nacre plugin validate PATH.");
  const catalogue = await kernel.service("catalogue");
  if (!catalogue) {
    throw new UserError(
      "The plugin plugin-folders, which reads plugin folders, is not there; switch it on.",
      EXIT.plugin,
    );
  }
  const { check } = await import("./check.js");
  const { verdictOf, verdictText, annotations } = await import("./verdict.js");
  const checked = await check(path, kernel.cwd, catalogue);
  const verdict = verdictOf(checked, flags["strict"] === true);
  if (flags["json"] === true) io.stdout.write(`${jsonText(verdict, 2)}\n`);
  else if (flags["github"] === true) io.stdout.write(annotations(verdict, kernel.cwd));
  else io.stdout.write(verdictText(verdict, kernel.cwd));
  return verdict.ok ? EXIT.done : EXIT.failed;
}
