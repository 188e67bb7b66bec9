import { live } from "../../../core/live.js";
import type { KernelView, Setup } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Invocation, Subcommand } from "../../../schemas/front.js";
import type { HookExample } from "../hook-example.js";

type Scope = "user" | "project" | "local";

const KEY = "hooks.examples";

/** Lists the examples, and switches them on and off in settings. What runs them is the plugin shell-hooks. */
const setup: Setup = (ctx) => {
  const { kernel } = ctx;
  const add = (name: string, run: Subcommand["run"]): void =>
    ctx.add("subcommand", live<Subcommand>({ name: `hook ${name}`, run }));
  add("examples", async (invocation) => show(kernel, invocation));
  add("enable", async (invocation) => change(kernel, invocation, true));
  add("disable", async (invocation) => change(kernel, invocation, false));
};
export default setup;

function show(kernel: KernelView, { positionals, io }: Invocation): number {
  if (positionals[0] !== undefined) {
    const { hooks } = named(kernel, positionals[0]);
    io.stdout.write(`${JSON.stringify({ hooks }, undefined, 2)}\n`);
    return EXIT.done;
  }
  const on = kernel.settings.get(KEY);
  for (const { name, description } of kernel.all("hookExample")) {
    const state = Array.isArray(on) && on.includes(name) ? "on " : "off";
    io.stdout.write(`${state}  ${name}\n     ${description}\n`);
  }
  io.stdout.write("\nSwitch one on for this project: nacre hook enable NAME\n");
  return EXIT.done;
}

async function change(kernel: KernelView, { positionals, flags, io }: Invocation, on: boolean): Promise<number> {
  const { name } = named(kernel, positionals[0]);
  const scope = (flags["scope"] as Scope | undefined) ?? "project";
  const before = namesIn(kernel, scope);
  const after = on ? [...new Set([...before, name])] : before.filter((one) => one !== name);
  if (after.length === before.length) {
    io.stdout.write(`${name} is ${on ? "on" : "off"} already in the ${scope} settings.\n`);
    return EXIT.done;
  }
  const writer = await kernel.service("settingsWriter");
  if (!writer) {
    const text = JSON.stringify({ hooks: { examples: after } });
    throw new UserError(`No plugin that writes settings is loaded; add this to the ${scope} settings: ${text}`);
  }
  io.stdout.write(`${await writer.set(KEY, after.length > 0 ? after : undefined, scope)}\n`);
  return EXIT.done;
}

/** What one settings file says alone. */
function namesIn({ settings }: KernelView, scope: Scope): readonly string[] {
  const { value } = settings.origins(KEY).findLast(({ layer }) => layer === scope) ?? {};
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

function named(kernel: KernelView, name: string | undefined): HookExample {
  const all = kernel.all("hookExample");
  const found = all.find((one) => one.name === name);
  if (found) return found;
  const names = all.map((one) => one.name).join(", ");
  throw new UserError(
    `${name === undefined ? "Name an example" : `There is no hook example "${name}"`}; there are ${names}.`,
  );
}
