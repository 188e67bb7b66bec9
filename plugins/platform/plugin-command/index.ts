import { live } from "../../../core/live.js";
import type { KernelView, Setup } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Invocation, Subcommand } from "../../../schemas/front.js";
import { jsonText } from "../../../schemas/json-text.js";

const setup: Setup = (ctx) => {
  ctx.add("subcommand", live<Subcommand>({ name: "plugin", run: (invocation) => run(ctx.kernel, invocation) }));
};
export default setup;

async function run(kernel: KernelView, { positionals, flags, io }: Invocation): Promise<number> {
  const [verb, ...rest] = positionals;
  const known = verb === "list" || verb === "bill";
  if (!known || rest.length > 0) {
    const what =
      verb === undefined ? "Say what to do" : `nacre plugin does not know "${known ? rest.join(" ") : verb}"`;
    throw new UserError(`${what}: nacre plugin ${verbs(kernel)}.`);
  }
  const json = flags["json"] === true;
  const print = <T>(data: T, text: (data: T) => string): void => {
    io.stdout.write(json ? `${jsonText(data, 2)}\n` : text(data));
  };
  if (verb === "list") {
    const { listing, listingText } = await import("./listing.js");
    print(await listing(kernel, flags["all"] === true), listingText);
  } else {
    const { account } = await import("./account.js");
    const { accountText } = await import("./account-text.js");
    print(await account(kernel), accountText);
  }
  return EXIT.done;
}

/** Every verb behind `nacre plugin`, whoever offers it. */
function verbs(kernel: KernelView): string {
  const others = kernel.all("subcommand").flatMap(({ name }) => (name.startsWith("plugin ") ? [name.slice(7)] : []));
  const all = [...new Set(["list", "bill", ...others])].toSorted();
  return `${all.slice(0, -1).join(", ")} or ${all.at(-1)}`;
}
