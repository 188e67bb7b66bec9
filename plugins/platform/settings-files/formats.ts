import { cosmiconfigSync, type LoaderSync } from "cosmiconfig";
import { parse as parseJson, printParseErrorCode, type ParseError } from "jsonc-parser";
import { TomlError, parse as parseToml } from "smol-toml";
import { parseDocument } from "yaml";
import { UserError, messageOf } from "../../../schemas/errors.js";

const loader: LoaderSync = (file, text) => parseData(file, text, file.slice(file.lastIndexOf(".") + 1));

/**
 * Data only: no search, and the loaders are named one by one, so that no configuration file can make code run.
 */
const explorer = cosmiconfigSync("nacre", {
  searchStrategy: "none",
  cache: false,
  loaders: { ".toml": loader, ".json": loader, ".jsonc": loader, ".yaml": loader, ".yml": loader },
});

/** Reads one settings file; its ending says how. Throws a UserError with file, line and column. */
export function loadSettings(file: string): unknown {
  try {
    return explorer.load(file)?.config as unknown;
  } catch (error) {
    throw error instanceof UserError
      ? error
      : new UserError(`Settings file ${file} cannot be read: ${messageOf(error)}.`);
  }
}

/** Parses TOML, JSON, JSONC or YAML. Throws a UserError with `source:line:column`. */
export function parseData(source: string, text: string, format: string): unknown {
  if (text.startsWith("\uFEFF")) return parseData(source, text.slice(1), format);
  try {
    const value =
      format === "toml"
        ? toml(source, text)
        : format === "yaml" || format === "yml"
          ? yaml(source, text)
          : json(source, text);
    refusePrototypeKeys(source, value, 0);
    return value;
  } catch (error) {
    // Aliases that lead nowhere or unfold without end, and depths that no parser follows.
    if (error instanceof UserError) throw error;
    throw new UserError(`${source}: ${error instanceof RangeError ? TOO_DEEP : oneLine(messageOf(error))}.`);
  }
}

/** Also what it means that a parser ran out of its stack. */
const TOO_DEEP = "nested deeper than 64 levels";

function oneLine(message: string): string {
  return message.split("\n")[0]!.replace(/\.$/, "");
}

function toml(source: string, text: string): unknown {
  try {
    return parseToml(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const sentence = error.message.split("\n")[0]?.replace(/^Invalid TOML document: /, "") ?? "";
    throw new UserError(`${source}:${error.line}:${error.column}: not valid TOML: ${sentence}.`);
  }
}

function json(source: string, text: string): unknown {
  const errors: ParseError[] = [];
  const value: unknown = parseJson(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  const first = errors[0];
  if (first)
    throw new UserError(
      `${source}:${position(text, first.offset)}: not valid JSON: ${printParseErrorCode(first.error)}.`,
    );
  return value;
}

/** Brackets that are open at a time, or lists begun in one line; the parser's time grows with the square of both. */
const DEEPEST_YAML = 200;

function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const sign of text.match(/[[\]{}]/g) ?? []) {
    depth = Math.max(0, depth + ("[{".includes(sign) ? 1 : -1));
    if (depth > DEEPEST_YAML) return true;
  }
  return /(?:[-?:] +){200}/.test(text);
}

function yaml(source: string, text: string): unknown {
  if (isTooDeep(text)) throw new UserError(`${source}: nested deeper than ${DEEPEST_YAML} levels.`);
  const document = parseDocument(text, { schema: "core", maxAliasCount: 100, logLevel: "silent" } as object);
  const first = document.errors[0];
  if (first)
    throw new UserError(`${source}:${position(text, first.pos[0])}: not valid YAML: ${first.message.split("\n")[0]}`);
  return document.toJS({ maxAliasCount: 100 });
}

function position(text: string, offset: number): string {
  const before = text.slice(0, offset);
  return `${before.split("\n").length}:${offset - before.lastIndexOf("\n")}`;
}

/** `__proto__` in a data file is never a setting, only an attempt. */
function refusePrototypeKeys(source: string, value: unknown, depth: number): void {
  if (typeof value !== "object" || value === null) return;
  if (depth > 64) throw new UserError(`${source}: ${TOO_DEEP}.`);
  if (
    Object.getPrototypeOf(value) !== Object.prototype &&
    Object.getPrototypeOf(value) !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date)
  ) {
    throw new UserError(`${source}: the key "__proto__" is not a setting; remove it.`);
  }
  for (const key of Object.keys(value)) {
    if (key === "__proto__" || key === "constructor" || key === "prototype") {
      throw new UserError(`${source}: the key "${key}" is not a setting; remove it.`);
    }
    refusePrototypeKeys(source, (value as Record<string, unknown>)[key], depth + 1);
  }
}
