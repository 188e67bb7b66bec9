import { createHash } from "node:crypto";
import { cpSync, existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(fileURLToPath(import.meta.url));
const ID = "nacre:builtins";
/** Where the build puts the data of plugins, below its own folder. */
const DATA = "data";

/**
 * A bundler plugin that writes the module `nacre:builtins`: every `plugins/**\/plugin.json` with the words for the model
 * baked in, and an import of its code that waits for first use. No list is kept by hand: deleting a folder removes it.
 * Plugins that hold data (skills, commands, ...) tell where it stands and in which state it is; with `dist` the data is
 * copied beside the program.
 */
export function builtinsPlugin({ dist = false } = {}) {
  let plugins = [];
  return {
    name: ID,
    resolveId: (id) => (id === ID ? `\0${ID}` : null),
    load(id) {
      if (id !== `\0${ID}`) return null;
      plugins = [...manifests(join(ROOT, "plugins")).map(read), ...ownRoot()];
      for (const { file } of plugins) this.addWatchFile?.(file);
      const kinds = plugins.flatMap(({ own }) => own.provides?.kind ?? []);
      const entries = plugins.map((plugin) => entry(plugin, holdsOf(plugin.dir, kinds)));
      const root = dist ? `__dirname.replace(/([\\\\/])chunks$/, "") + "/${DATA}"` : JSON.stringify(ROOT);
      return `const root = ${root};\nconst table = [${entries.join(",\n")}];\nexport const builtins = table;\n`;
    },
    writeBundle(options) {
      const kinds = plugins.flatMap(({ own }) => own.provides?.kind ?? []);
      for (const { dir } of dist ? plugins : []) {
        for (const path of holdsOf(dir, kinds).length > 0 ? dataOf(dir) : []) {
          cpSync(join(dir, path), join(options.dir, DATA, relative(ROOT, dir), path), { recursive: true });
        }
      }
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

function read(file) {
  const dir = dirname(file);
  const { name, version, description, extensions } = JSON.parse(readFileSync(file, "utf8"));
  const { main = "index.ts", ...own } = withTexts(extensions?.["dev.nacre"] ?? {}, dir);
  return { file, dir, main, own, facts: { name, version, description, origin: "built in" } };
}

/** The folder of this file is a plugin as well: it holds nacre's own skills, and no code. */
function ownRoot() {
  const file = join(ROOT, "plugin.json");
  if (!existsSync(file)) return [];
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const { facts, ...plugin } = read(file);
  return [{ ...plugin, main: "", facts: { ...facts, version } }];
}

function entry({ dir, main, own, facts }, holds) {
  const data = JSON.stringify({
    ...withDigests(own, dir),
    ...facts,
    ...(holds.length > 0 && { holds, digest: stateOf(dir) }),
  });
  const folder = relative(ROOT, dir).split(sep).join("/");
  const code =
    main !== "" && existsSync(join(dir, main)) ? `, load: () => import(${JSON.stringify(join(dir, main))})` : "";
  const place = holds.length > 0 ? `, dir: root${folder === "" ? "" : ` + ${JSON.stringify(`/${folder}`)}`}` : "";
  return `{ ...JSON.parse(${JSON.stringify(data)}), folder: ${JSON.stringify(folder)}${place}${code} }`;
}

/** Kinds of which something stands in the usual place. A folder of the plugin's own code is none of them. */
function holdsOf(dir, kinds) {
  return kinds
    .filter(({ folder = "", file = "" }) => {
      const path = join(dir, folder || file);
      return path !== dir && existsSync(path) && (statSync(path).isFile() || filesIn(path).some(isData));
    })
    .map(({ name }) => name);
}

/** What of a plugin's folder is data, folders of code left out; at the root of the repository its skills alone. */
function dataOf(dir) {
  if (dir === ROOT) return ["skills"];
  return readdirSync(dir).filter((name) => {
    const path = join(dir, name);
    return statSync(path).isDirectory() ? filesIn(path).some(isData) : isData(path);
  });
}

function isData(path) {
  return !/\.ts$|^plugin\.json$/.test(basename(path));
}

function filesIn(dir) {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile())
    .map((item) => join(item.parentPath, item.name))
    .toSorted();
}

/** Changes with any byte of a plugin's data. */
function stateOf(dir) {
  const files = dataOf(dir).flatMap((name) => {
    const path = join(dir, name);
    return statSync(path).isDirectory() ? filesIn(path) : [path];
  });
  return hashOf(files);
}

/** Tells one version of what reads data from another: its own files and those its group shares. */
function withDigests(own, dir) {
  const { kind, pluginFormat } = own.provides ?? {};
  if (!kind && !pluginFormat) return own;
  const shared = readdirSync(dirname(dir)).map((name) => join(dirname(dir), name));
  const sources = [...shared, ...filesIn(dir)].filter((path) => /(?<!\.test)\.m?[tj]s$/.test(path));
  const digest = hashOf(sources.toSorted());
  const marked = (list) => list?.map((item) => ({ ...item, digest }));
  const provides = { ...own.provides, ...(kind && { kind: marked(kind) }) };
  return { ...own, provides: { ...provides, ...(pluginFormat && { pluginFormat: marked(pluginFormat) }) } };
}

function hashOf(files) {
  const hash = createHash("sha256");
  for (const file of files) hash.update(relative(ROOT, file)).update("\0").update(readFileSync(file)).update("\0");
  return hash.digest("hex").slice(0, 16);
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
