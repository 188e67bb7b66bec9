import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { UserError } from "../../../schemas/errors.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import { KINDS } from "./kinds/kinds.js";
import { lines, type Facts, type Scaffold } from "./scaffold.js";
import { writeAll } from "./write-all.js";

export interface PluginWish extends Facts {
  readonly kinds: readonly string[];
  /** The folder it is made in. */
  readonly below: string;
}

const SCHEMA = "https://agent-plugins.org/schemas/1.0.0/plugin.schema.json";

/** Makes a plugin and says what was made. Throws a UserError when it cannot be. */
export function newPlugin({ kinds, below, ...facts }: PluginWish): string {
  const { name } = facts;
  if (!/^[a-z0-9](?:[a-z0-9]|[-.](?=[a-z0-9])){0,63}$/.test(name)) {
    throw new UserError(
      `"${name}" cannot be a plugin's name: use 1 to 64 small letters, digits and single hyphens, as in my-plugin.`,
    );
  }
  const dir = resolve(below, name);
  if (existsSync(dir)) throw new UserError(`${dir} is there already; choose another name or --dir.`);
  const wanted = [...new Set(kinds.length > 0 ? kinds : ["skill"])];
  const unknown = wanted.find((kind) => !Object.hasOwn(KINDS, kind));
  if (unknown !== undefined) {
    throw new UserError(`There is no kind "${unknown}" for --with; there are: ${Object.keys(KINDS).join(", ")}.`);
  }
  const scaffolds = wanted.map((kind) => KINDS[kind]!(facts));
  const files = Object.assign({}, ...scaffolds.map((one) => one.files)) as Record<string, string>;
  writeAll(dir, { "plugin.json": manifest(facts, scaffolds), "README.md": readme(facts, scaffolds), ...files });
  return lines(
    `Made ${dir}:`,
    ...["plugin.json", "README.md", ...Object.keys(files)].toSorted().map((path) => `  ${path}`),
    "Next:",
    `  nacre plugin validate ${join(below, name)} --strict`,
    `  nacre plugin test ${join(below, name)}`,
    `  nacre --plugin-dir ${join(below, name)}`,
  );
}

function manifest({ name, description, author }: Facts, scaffolds: readonly Scaffold[]): string {
  const extension = scaffolds.reduce<JsonObject>((sum, { extension: own = {} }) => merged(sum, own), {});
  const own = Object.keys(extension).length > 0 ? { extensions: { "dev.nacre": extension } } : {};
  const about = { $schema: SCHEMA, name, version: "0.1.0", description, author: { name: author }, license: "MIT" };
  return `${JSON.stringify({ ...about, ...own }, null, 2)}\n`;
}

function merged(one: JsonObject, other: JsonObject): JsonObject {
  const sum: Record<string, unknown> = { ...one };
  for (const [key, value] of Object.entries(other)) {
    const before = sum[key];
    sum[key] = isObject(before) && isObject(value) ? merged(before, value) : value;
  }
  return sum;
}

function readme({ name, description }: Facts, scaffolds: readonly Scaffold[]): string {
  return lines(
    `# ${name}`,
    "",
    description,
    "",
    "It holds:",
    "",
    ...scaffolds.map(({ about }) => `- ${about}`),
    "",
    "Try it with `nacre --plugin-dir .`, check it with `nacre plugin validate --strict`, test it with `nacre plugin test`.",
  );
}
