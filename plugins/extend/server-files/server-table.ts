import { isObject, type JsonObject } from "../../../schemas/json.js";
import type { Diagnostic, PartPlace } from "../../../schemas/parts.js";
import { parseJson, placeInJson } from "../diagnostic.js";
import { readText } from "../read-text.js";

/** Servers by name as one place declares them, and where they stand. */
export interface ServerTable {
  readonly file: string;
  readonly servers: JsonObject;
  /** The table stands without its wrapper. */
  readonly bare: boolean;
  at(path: readonly (string | number)[]): Pick<Diagnostic, "line" | "column">;
}

/** Reads a place that is a file with a table of servers, in a wrapper of the given name or without, or the table itself. */
export function readTable(place: PartPlace, wrapper: string): ServerTable | Diagnostic | undefined {
  if (place.path === undefined) {
    const file = place.from ?? "";
    return isObject(place.value) ? tableOf(file, place.value, wrapper, () => ({})) : undefined;
  }
  const file = place.path;
  const text = readText(file);
  if (typeof text !== "string") return place.optional && text.code === "missing" ? undefined : text;
  const { value, fault } = parseJson(text, { comments: true });
  if (fault) return { ...fault, message: `${file}: ${fault.message}`, file };
  if (!isObject(value)) return shape(file, "the file has to hold an object of servers");
  return tableOf(file, value, wrapper, (path) => placeInJson(text, [...path]) ?? {});
}

function shape(file: string, what: string): Diagnostic {
  return { severity: "error", code: "servers-shape", message: `${file}: ${what}.`, file, line: 1, column: 1 };
}

function tableOf(file: string, value: JsonObject, wrapper: string, at: ServerTable["at"]): ServerTable | Diagnostic {
  const isWrapped = Object.hasOwn(value, wrapper);
  const servers = isWrapped ? value[wrapper] : value;
  if (!isObject(servers)) return shape(file, `"${wrapper}" has to be an object of servers`);
  // Without the wrapper there may be texts besides, such as a description.
  const entries = Object.entries(servers).filter(([, server]) => isWrapped || isObject(server));
  const prefix = isWrapped ? [wrapper] : [];
  return { file, servers: Object.fromEntries(entries), bare: !isWrapped, at: (path) => at([...prefix, ...path]) };
}
