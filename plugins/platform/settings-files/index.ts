import { statSync } from "node:fs";
import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import { UserError } from "../../../schemas/errors.js";
import type { SettingsFile } from "../../../schemas/kinds.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";

const LIMIT = 1024 * 1024;

const setup: Setup = (ctx) => {
  for (const name of ["user", "project", "local", "managed"])
    ctx.add("settingsFile", live<SettingsFile>({ name, read }));
};
export default setup;

async function read(file: string): Promise<JsonObject> {
  const stats = statSync(file);
  if (!stats.isFile()) throw new UserError(`${file} is not a file: settings are read from regular files only.`);
  if (stats.size > LIMIT) throw new UserError(`${file} is larger than 1 MB, the limit for a settings file.`);
  const { loadSettings } = await import("./formats.js");
  const value = loadSettings(file) ?? {};
  if (!isObject(value)) throw new UserError(`${file}: settings must be a table of keys, not a ${typeof value}.`);
  return value;
}
