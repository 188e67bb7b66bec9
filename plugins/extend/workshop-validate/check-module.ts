import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import type { Diagnostic, Package } from "../../../schemas/parts.js";

const PATIENCE = 10_000;

/** Lets Node read the module of a plugin, without running it: when it is imported, Node does not say where it fails. */
export function checkModule({ dir, main }: Package): Diagnostic[] {
  if (main === undefined || !/\.[cm]?js$/.test(main)) return [];
  const file = join(dir, main);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return [];
  const { stderr } = spawnSync(process.execPath, ["--check", file], { encoding: "utf8", timeout: PATIENCE, env: {} });
  const fault = /^SyntaxError: (.*)$/m.exec(stderr)?.[1];
  if (fault === undefined) return [];
  const line = /:(\d+)$/m.exec(stderr)?.[1];
  const message = `The module cannot be read: ${fault.replace(/\.$/, "")}.`;
  const fix = "Mend it; node --check shows the line.";
  return [{ severity: "error", code: "module-syntax", message, fix, file, ...(line && { line: Number(line) }) }];
}
