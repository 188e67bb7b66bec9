import { isObject } from "../../../schemas/json.js";
import type { Path } from "./edit/settings-format.js";

const SECRET = /(^|[._-])(key|api_?key|token|secret|password|passwd|credentials?)$/i;

/** Tables whose values are anybody's guess, and often secrets. */
const TABLES: ReadonlySet<string> = new Set(["env", "headers"]);

/** A value for a list or report, which people pass on: texts under names of secrets are only said to be there. */
export function withoutSecrets(path: Path, value: unknown): unknown {
  if (typeof value === "string") return isSecret(path) ? "(set, not shown)" : value;
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(path, item));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecrets([...path, key], inner)]));
}

function isSecret(path: Path): boolean {
  return SECRET.test(path.at(-1) ?? "") || path.slice(0, -1).some((part) => TABLES.has(part));
}
