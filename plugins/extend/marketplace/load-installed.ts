import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Setup } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Verifier } from "./trust/verify.js";

/** Imports an installed plugin's module, once its files have been compared with what was approved. */
export async function loadInstalled(
  dir: string,
  main: string,
  verifier: Verifier,
): Promise<{ readonly default: Setup }> {
  const why = verifier.verify(dir);
  if (why !== undefined) throw new UserError(why, EXIT.plugin);
  const { typescript } = process.features as { readonly typescript?: unknown };
  if (main.endsWith(".ts") && !typescript && !process.env["VITEST"]) {
    throw new UserError(`${join(dir, main)} is TypeScript, which Node ${process.version} cannot import`, EXIT.plugin);
  }
  return (await import(/* @vite-ignore */ pathToFileURL(join(dir, main)).href)) as { readonly default: Setup };
}
