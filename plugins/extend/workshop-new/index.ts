import { userInfo } from "node:os";
import { join, resolve } from "node:path";
import { live } from "../../../core/live.js";
import type { KernelView, Setup } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Invocation, Subcommand } from "../../../schemas/front.js";
import { projectRoot } from "../../../schemas/project-root.js";

const setup: Setup = (ctx) => {
  const verbs: Readonly<Record<string, (wish: Wish) => Promise<string>>> = {
    "plugin new": makePlugin,
    "skill new": makeSkill,
    "hook new": makeHook,
  };
  for (const [name, make] of Object.entries(verbs)) {
    const run = async (invocation: Invocation): Promise<number> => {
      invocation.io.stdout.write(await make(new Wish(ctx.kernel, invocation, name)));
      return EXIT.done;
    };
    ctx.add("subcommand", live<Subcommand>({ name, run }));
  }
};
export default setup;

/** What a command line asks for. */
class Wish {
  readonly kernel: KernelView;
  readonly name: string;
  readonly more: readonly string[];
  readonly #flags: Invocation["flags"];

  constructor(kernel: KernelView, { positionals, flags }: Invocation, verb: string) {
    const [name, ...more] = positionals;
    if (name === undefined) throw new UserError(`Give it a name: nacre ${verb} NAME.`);
    if (more.length > 0 && verb !== "plugin new") throw new UserError(`One name at a time: nacre ${verb} NAME.`);
    this.kernel = kernel;
    this.name = name;
    this.more = more;
    this.#flags = flags;
  }

  text(flag: string): string | undefined {
    const value = this.#flags[flag];
    return typeof value === "string" ? value : undefined;
  }

  list(flag: string): readonly string[] {
    return ([this.#flags[flag] ?? []].flat() as readonly unknown[]).map(String);
  }

  /** The folder that holds what is the project's, or the user's own. */
  root(): string {
    const { home, cwd } = this.kernel;
    return this.#flags["user"] === true ? home : join(projectRoot(cwd, home), ".nacre");
  }
}

async function makePlugin(wish: Wish): Promise<string> {
  const { newPlugin } = await import("./new-plugin.js");
  // `--with tool skill`: further words are kinds too.
  const kinds = [...wish.list("with"), ...wish.more].flatMap((word) => word.split(",")).filter((word) => word !== "");
  if (wish.more.length > 0 && wish.list("with").length === 0) {
    throw new UserError(`One name at a time: nacre plugin new ${wish.name} --with ${wish.more.join(" ")}?`);
  }
  if (wish.kernel.plugins.some(({ plugin }) => plugin.name === wish.name)) {
    throw new UserError(
      `A plugin named "${wish.name}" is loaded already, so a new one could not be; choose another name.`,
    );
  }
  const description = wish.text("description") ?? `What ${wish.name} is for.`;
  const author = wish.text("author") ?? (userInfo().username || "unknown");
  const below = resolve(wish.kernel.cwd, wish.text("dir") ?? ".");
  return newPlugin({ name: wish.name, kinds, description, author, below });
}

async function makeSkill(wish: Wish): Promise<string> {
  const { newSkill } = await import("./new-skill.js");
  return newSkill(wish.root(), wish.name, wish.text("description"));
}

async function makeHook(wish: Wish): Promise<string> {
  const { newHook } = await import("./new-hook.js");
  const event = wish.text("event") ?? "PreToolUse";
  return newHook(wish.root(), { name: wish.name, event, matcher: wish.text("matcher") ?? "Bash" });
}
