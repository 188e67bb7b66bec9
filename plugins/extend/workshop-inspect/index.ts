import { live } from "../../../core/live.js";
import type { KernelView, Setup } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Invocation, Subcommand } from "../../../schemas/front.js";
import type { Catalogue } from "../../../schemas/parts.js";
import { jsonText } from "../../../schemas/json-text.js";

const setup: Setup = (ctx) => {
  const run = async (invocation: Invocation): Promise<number> => inspect(ctx.kernel, invocation);
  ctx.add("subcommand", live<Subcommand>({ name: "plugin inspect", run }));
};
export default setup;

const USAGE = "nacre plugin inspect DIR, --file FILE, --marketplace FILE or --batch FILE";

async function inspect(kernel: KernelView, { positionals, flags, io }: Invocation): Promise<number> {
  const text = (name: string): string | undefined => (typeof flags[name] === "string" ? flags[name] : undefined);
  const [dir, ...more] = positionals;
  const [file, market, batch] = [text("file"), text("marketplace"), text("batch")];
  if (more.length > 0) throw new UserError(`One folder at a time: ${USAGE}.`);
  const { cwd } = kernel;
  const json = flags["json"] === true;
  const print = (value: object, words: string): void => {
    io.stdout.write(json ? `${jsonText(value, 2)}\n` : words);
  };
  if (file !== undefined) {
    const { fileReport, fileText } = await import("./file-report.js");
    const report = await fileReport(file, text("kind"), cwd);
    print(report, fileText(report));
  } else if (batch !== undefined) {
    const { runBatch } = await import("./run-batch.js");
    for await (const line of runBatch(batch, cwd, await catalogueOf(kernel))) io.stdout.write(`${jsonText(line)}\n`);
  } else if (dir !== undefined) {
    const { pluginReport, pluginText } = await import("./plugin-report.js");
    const asked = { dir, marketplace: market, entry: text("entry") };
    const { report, problems } = await pluginReport(asked, cwd, await catalogueOf(kernel));
    print(report, pluginText(report, problems));
  } else if (market !== undefined) {
    const { marketReport, marketText } = await import("./market-report.js");
    const report = marketReport(market, cwd);
    print(report, marketText(report));
  } else throw new UserError(`Say what to look at: ${USAGE}.`);
  return EXIT.done;
}

async function catalogueOf(kernel: KernelView): Promise<Catalogue> {
  const catalogue = await kernel.service("catalogue");
  if (catalogue) return catalogue;
  throw new UserError(
    "The plugin plugin-folders, which reads plugin folders, is not there; switch it on.",
    EXIT.plugin,
  );
}
