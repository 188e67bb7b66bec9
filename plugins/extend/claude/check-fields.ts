import { isObject, type JsonObject } from "../../../schemas/json.js";
import { typeOf } from "../../../schemas/setting-values.js";
import type { Diagnostic } from "../../../schemas/parts.js";
import type { Source } from "./source.js";

const PATHS = ["string", "array"];

/** Documented fields, and the types each may have. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(["$schema", "name", "displayName", "version", "description"].map((key) => [key, ["string"]])),
  ...Object.fromEntries(["homepage", "license", "repository"].map((key) => [key, ["string"]])),
  ...Object.fromEntries(["skills", "agents", "outputStyles", "workflows"].map((key) => [key, PATHS])),
  ...Object.fromEntries(["commands", "hooks", "mcpServers", "lspServers"].map((key) => [key, [...PATHS, "object"]])),
  ...Object.fromEntries(["themes", "monitors"].map((key) => [key, [...PATHS, "object"]])),
  ...Object.fromEntries(["metadata", "experimental", "settings", "userConfig"].map((key) => [key, ["object"]])),
  author: ["object"],
  keywords: ["array"],
  defaultEnabled: ["boolean"],
  dependencies: ["array"],
  channels: ["array"],
};

/** Other types that are seen and taken, with a warning. */
const TAKEN: Readonly<Record<string, string>> = { author: "string", repository: "object", version: "number" };

/** Fields that an entry of a marketplace has besides. */
const ENTRY: ReadonlySet<string> = new Set(
  "source category tags strict relevance headers headersHelper optionalDependencies".split(" "),
);

/** The fields that can be used. Unknown ones and those of a wrong type are reported and left out. */
export function checkFields(source: Source | undefined): {
  readonly fields: JsonObject;
  readonly problems: Diagnostic[];
} {
  const problems: Diagnostic[] = [];
  const fields: [string, unknown][] = [];
  if (!source) return { fields: {}, problems };
  const isEntry = Object.hasOwn(source.fields, "source");
  for (const [key, value] of Object.entries(source.fields)) {
    const types = Object.hasOwn(TYPES, key) ? TYPES[key]! : undefined;
    const type = typeOf(value);
    if (isEntry && ENTRY.has(key)) continue;
    if (types === undefined) {
      problems.push(
        source.problem([key], { severity: "info", code: "unknown-field", message: `"${key}" has no effect.` }),
      );
    } else if (types.includes(type)) fields.push([key, value]);
    else {
      const taken = TAKEN[key] === type;
      if (taken) fields.push([key, value]);
      const message = `"${key}" has to be ${types.join(" or ")}, not ${type}${taken ? "" : "; it is ignored"}.`;
      problems.push(source.problem([key], { code: "field-type", message }));
    }
  }
  return { fields: Object.fromEntries(fields), problems };
}

/** A field of `experimental`, or the same one outside of it, as older manifests have it. */
export function experimental(fields: JsonObject, key: string): unknown {
  const table = fields["experimental"];
  return (isObject(table) ? table[key] : undefined) ?? fields[key];
}
