import { basename, dirname, resolve } from "node:path";
import { UserError } from "../../../schemas/errors.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import { parseJson } from "../diagnostic.js";
import { readText } from "../read-text.js";

const LIMIT = 16 * 1024 * 1024;

export interface MarketFile {
  readonly file: string;
  /** The folder that paths of its entries start from. */
  readonly root: string;
  readonly value: JsonObject;
  readonly entries: readonly JsonObject[];
}

/** The file of a marketplace and the folder that paths of its entries start from, whether it is there or not. */
export function marketPlace(path: string, cwd: string): Pick<MarketFile, "file" | "root"> {
  const file = resolve(cwd, path);
  const folder = dirname(file);
  return { file, root: basename(folder) === ".claude-plugin" ? dirname(folder) : folder };
}

/** Reads a marketplace's file; undefined when there is none. Throws a UserError for one that cannot be read. */
export function readMarket(path: string, cwd: string): MarketFile | undefined {
  const { file, root } = marketPlace(path, cwd);
  const text = readText(file, LIMIT);
  if (typeof text !== "string") {
    if (text.code === "missing") return undefined;
    throw new UserError(text.message);
  }
  const { value, fault } = parseJson(text, { comments: false });
  if (fault) throw new UserError(`${file}:${fault.line ?? 1}:${fault.column ?? 1}: ${fault.message}`);
  const plugins = isObject(value) ? value["plugins"] : undefined;
  if (!isObject(value) || !Array.isArray(plugins))
    throw new UserError(`${file}: a marketplace needs a list "plugins".`);
  return { file, root, value, entries: plugins.filter(isObject) };
}
