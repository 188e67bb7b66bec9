import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(fileURLToPath(import.meta.url));
const ID = "nacre:builtins";

/**
 * A bundler plugin that writes the module `nacre:builtins`: every `plugins/**\/plugin.json` with the words for the model
 * baked in, and an import of its code that waits for first use. No list is kept by hand: deleting a folder removes it.
 */
export function builtinsPlugin() {
  return {
    name: ID,
    resolveId: (id) => (id === ID ? `\0${ID}` : null),
    load(id) {
      if (id !== `\0${ID}`) return null;
      const entries = manifests(join(ROOT, "plugins")).map((file) => entry(file, this));
      return `const table = [${entries.join(",\n")}];\nexport const builtins = table;\n`;
    },
  };
}

function manifests(dir) {
  return readdirSync(dir, { withFileTypes: true })
    .filter((item) => item.isDirectory() && item.name !== "node_modules")
    .flatMap((item) => {
      const file = join(dir, item.name, "plugin.json");
      return existsSync(file) ? [file] : manifests(join(dir, item.name));
    })
    .toSorted();
}

function entry(file, context) {
  const dir = dirname(file);
  context.addWatchFile?.(file);
  const { name, version, description, extensions } = JSON.parse(readFileSync(file, "utf8"));
  const { main = "index.ts", ...own } = withTexts(extensions?.["dev.nacre"] ?? {}, dir);
  const data = JSON.stringify({ ...own, name, version, description, origin: "built in" });
  const code = existsSync(join(dir, main)) ? `, load: () => import(${JSON.stringify(join(dir, main))})` : "";
  const folder = JSON.stringify(relative(ROOT, dir).split(sep).join("/"));
  return `{ ...JSON.parse(${JSON.stringify(data)}), folder: ${folder}${code} }`;
}

function withTexts(value, dir, key = "") {
  if (typeof value === "string") {
    const isPath = (key === "description" || key === "text") && /^@[\w./-]+\.md$/.test(value);
    return isPath ? readFileSync(join(dir, value.slice(1)), "utf8").trim() : value;
  }
  if (Array.isArray(value)) return value.map((item) => withTexts(item, dir));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withTexts(item, dir, name)]));
}
