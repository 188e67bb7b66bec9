import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { UserError, messageOf } from "../../../schemas/errors.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import type { Catalogue } from "../../../schemas/parts.js";
import { parseJson } from "../diagnostic.js";
import { readText } from "../read-text.js";
import { fileReport } from "./file-report.js";
import { marketReport } from "./market-report.js";
import { pluginReport } from "./plugin-report.js";

const LIMIT = 16 * 1024 * 1024;

/**
 * Looks at everything a JSON list names, and gives a line for each, with its `id`. What is wrong with one is said in its
 * line (`error`) and costs no other. Relative paths start at the working folder, else at the list's own.
 */
export async function* runBatch(list: string, cwd: string, catalogue: Catalogue): AsyncGenerator<object> {
  const file = resolve(cwd, list);
  const text = readText(file, LIMIT);
  if (typeof text !== "string") throw new UserError(text.message);
  const { value, fault } = parseJson(text);
  if (fault) throw new UserError(`${file}:${fault.line ?? 1}:${fault.column ?? 1}: ${fault.message}`);
  if (!Array.isArray(value)) throw new UserError(`${file}: a batch is a JSON list of { "id", "dir" }.`);
  for (const item of value as unknown[]) {
    const { id = null } = isObject(item) ? item : {};
    try {
      yield { id, ...(await reportOf(item, [cwd, dirname(file)], catalogue)) };
    } catch (error) {
      yield { id, error: messageOf(error) };
    }
  }
}

async function reportOf(item: unknown, bases: readonly string[], catalogue: Catalogue): Promise<object> {
  if (!isObject(item)) throw new UserError("An item of a batch has to be an object.");
  const path = (key: string): string | undefined => placed(item, key, bases);
  const [dir, file, marketplace] = [path("dir"), path("file"), path("marketplace")];
  const { entry, kind } = item;
  if (file !== undefined) return fileReport(file, typeof kind === "string" ? kind : undefined, bases[0]!);
  if (dir !== undefined) {
    const asked = { dir, marketplace, entry: typeof entry === "string" ? entry : undefined };
    return (await pluginReport(asked, bases[0]!, catalogue)).report;
  }
  if (marketplace !== undefined) return marketReport(marketplace, bases[0]!);
  throw new UserError('An item of a batch needs "dir", "file" or "marketplace".');
}

function placed(item: JsonObject, key: string, bases: readonly string[]): string | undefined {
  const path = item[key];
  if (typeof path !== "string") return undefined;
  const found = bases.map((base) => resolve(base, path)).find((one) => existsSync(one));
  return found ?? path;
}
