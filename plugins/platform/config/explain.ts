import type { KernelView } from "../../../core/types.js";
import { UserError } from "../../../schemas/errors.js";
import type { Flag } from "../../../schemas/front.js";
import type { SettingSchema } from "../../../schemas/manifest.js";
import { printable, shortened } from "../../../schemas/printable.js";
import { allFlags } from "../all-flags.js";
import { table, wrap } from "../table.js";
import { declaredAt, declaredBelow, type Declared } from "./declared.js";
import type { Path } from "./edit/settings-format.js";
import { givenFor, sourceText, valueOf, type Given } from "./given.js";
import { keyText, nearest } from "./key.js";
import { withoutSecrets } from "./secret.js";

const WIDEST = 60;

/** All that can be said about one key. */
export interface Explanation {
  readonly key: string;
  readonly value: unknown;
  /** Everything given for it, strongest first. */
  readonly given: readonly Given[];
  readonly default?: unknown;
  readonly type?: string;
  readonly description?: string;
  readonly environment?: { readonly variable: string; readonly set: boolean };
  readonly flags: readonly string[];
  readonly scope?: string;
  readonly plugin?: string;
  /** False when no plugin reads it. */
  readonly known: boolean;
}

/** Collects what is known of a key. Throws a UserError for one that nobody knows and nobody set. */
export function explanation(kernel: KernelView, path: Path): Explanation {
  const declared = declaredAt(kernel, path);
  const key = keyText(path);
  const given = givenFor(kernel, path).map((one) => ({ ...one, value: withoutSecrets(path, one.value) }));
  if (!declared && given.length === 0) throw unknown(kernel, key);
  const variable = declared?.path.length === path.length ? declared.schema.env : undefined;
  const flags = allFlags(kernel).map(({ flag }) => flag);
  return {
    key,
    value: withoutSecrets(path, valueOf(kernel, path)),
    given,
    ...(declared && facts(declared, path)),
    ...(variable !== undefined && { environment: { variable, set: (kernel.env[variable] ?? "") !== "" } }),
    flags: flags.filter((flag) => flag.setting === path.join(".")).map(flagText),
    known: declared !== undefined,
  };
}

/** The same for people. */
export function explanationText(one: Explanation, width: number): string {
  const value = one.value === undefined ? "(not set)" : JSON.stringify(one.value);
  const about = one.description === undefined ? [] : wrap(one.description, width - 2).map((line) => `  ${line}`);
  const given = one.given.map((each) => [
    `${each.state[0]?.toUpperCase()}${each.state.slice(1)}`,
    shortened(JSON.stringify(each.value), WIDEST),
    each.layer,
    sourceText(each) + (each.why === undefined ? "" : ` (${each.why})`),
  ]);
  const fallback = one.default === undefined ? [] : [["Default", JSON.stringify(one.default)]];
  const { environment } = one;
  const rest = [
    ["Type", one.type],
    ["Environment", environment && `${environment.variable}, ${environment.set ? "set" : "not set"}`],
    ["Flag", one.flags.join(", ")],
    ["Projects", one.scope],
    ["Plugin", one.known ? one.plugin : "none: no plugin that is loaded reads this"],
  ].filter((row): row is [string, string] => row[1] !== undefined && row[1] !== "");
  const parts = [table([...given, ...fallback]), table(rest)].filter((part) => part !== "");
  return [`${printable(one.key)} = ${printable(value)}`, ...about, "", parts.join("\n")].join("\n");
}

/** The sentence for a key that is nowhere. */
function unknown(kernel: KernelView, key: string): UserError {
  const like = nearest(key, [...kernel.settings.declared().keys()]);
  const below = declaredBelow(kernel, key.split("."));
  if (below.length > 0)
    return new UserError(`"${key}" is a table and nothing is set in it; in it are ${below.join(", ")}.`);
  const hint = like === undefined ? "nacre config list --all names all there are" : `did you mean "${like}"?`;
  return new UserError(`"${key}" is no known setting; ${hint}${like === undefined ? "." : ""}`);
}

/** What a schema asks for, in words. */
export function typeText(schema: SettingSchema): string | undefined {
  if (Array.isArray(schema["enum"])) return schema["enum"].map((one) => JSON.stringify(one)).join(" or ");
  return schema.type === undefined ? undefined : [schema.type].flat().join(" or ");
}

function facts({ schema, plugin, path: declaredPath }: Declared, path: Path): Partial<Explanation> {
  const exact = declaredPath.length === path.length;
  const type = exact ? typeText(schema) : undefined;
  return {
    ...(exact && schema.default !== undefined && { default: schema.default }),
    ...(type !== undefined && { type }),
    ...(schema.description !== undefined && { description: schema.description }),
    scope:
      schema.tightens === undefined
        ? SCOPES[schema.scope ?? "trusted"]
        : `may set it to ${String(schema.tightens)}, at once, and to nothing else`,
    ...(plugin !== undefined && { plugin }),
  };
}

const SCOPES: Readonly<Record<NonNullable<SettingSchema["scope"]>, string>> = {
  any: "may set it at once",
  trusted: "may set it once their folder is trusted",
  user: "never set it",
};

function flagText({ name, short, value, type, writes }: Flag): string {
  const letter = short === undefined ? "" : `-${short}, `;
  if (type === "boolean") return `${letter}--${name}${writes === undefined ? "" : ` (${JSON.stringify(writes)})`}`;
  return `${letter}--${name} ${value ?? "VALUE"}`;
}
