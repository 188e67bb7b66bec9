import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { UserError } from "../../../schemas/errors.js";
import type { Catalogue } from "../../../schemas/parts.js";
import { statOf } from "../../../schemas/stat-of.js";
import type { Checked } from "./checked.js";
import { checkFile } from "./check-file.js";
import { checkMarketplace } from "./check-marketplace.js";
import { checkPlugin } from "./check-plugin.js";

const MARKET = join(".claude-plugin", "marketplace.json");

/** Checks what stands at a path. Throws a UserError when nothing does. */
export async function check(path: string, cwd: string, catalogue: Catalogue): Promise<Checked> {
  const real = resolve(cwd, path);
  const stats = statOf(real);
  if (!stats) throw new UserError(`${real} does not exist.`);
  if (stats.isDirectory()) {
    if (existsSync(join(real, MARKET))) return checkMarketplace(join(real, MARKET), catalogue);
    return checkPlugin(real, catalogue);
  }
  if (!stats.isFile()) throw new UserError(`${real} is neither a folder nor a file.`);
  if (basename(real) === "marketplace.json") return checkMarketplace(real, catalogue);
  if (basename(real) === "plugin.json") {
    const folder = dirname(real);
    return checkPlugin(basename(folder) === ".claude-plugin" ? dirname(folder) : folder, catalogue);
  }
  return checkFile(real);
}
