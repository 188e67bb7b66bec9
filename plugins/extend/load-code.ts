import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { KernelView, Plugin, Setup } from "../../core/types.js";
import { EXIT, UserError } from "../../schemas/errors.js";
import { codePlace } from "./code-place.js";

/** Code of a plugin that does not ship with nacre. */
export interface OutsideCode {
  readonly plugin: Plugin & { readonly dir: string };
  /** The module, below the plugin's folder. */
  readonly main: string;
  /** What was approved when it was installed, where it was. */
  readonly approved?: readonly string[];
  /** Rejects when the files are not those that somebody agreed to. */
  readonly check?: () => Promise<void>;
}

/** The setup of a plugin from outside: its own, imported, or one that runs it in a process. */
export async function loadCode(
  kernel: KernelView,
  { plugin, main, approved, check }: OutsideCode,
): Promise<{ readonly default: Setup }> {
  const { name, dir, origin } = plugin;
  const { inside, granted, remedy } = codePlace(kernel.settings, plugin, main, approved);
  if (inside) {
    await check?.();
    return importModule(dir, main);
  }
  const isolation = await kernel.service("isolation");
  if (!isolation) {
    const why = `its code runs in a process of its own, and the plugin "isolation", which does that, is not there`;
    throw new UserError(`${why}; switch it on, or ${remedy}`, EXIT.plugin);
  }
  const optional = { ...(origin !== undefined && { origin }), ...(check && { check }) };
  const code = { name, dir, main, granted, remedy, ...optional };
  return { default: (ctx) => isolation.setUp(code, ctx) };
}

async function importModule(dir: string, main: string): Promise<{ readonly default: Setup }> {
  const file = join(dir, main);
  const { typescript } = process.features as { readonly typescript?: unknown };
  if (main.endsWith(".ts") && !typescript && !process.env["VITEST"]) {
    throw new UserError(
      `${file} is TypeScript, which Node ${process.version} cannot import; build it to JavaScript`,
      EXIT.plugin,
    );
  }
  return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { readonly default: Setup };
}
