import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Setup } from "../../../core/types.js";

/** Imports a plugin's module from its folder. */
export async function importModule(dir: string, main: string): Promise<{ readonly default: Setup }> {
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
