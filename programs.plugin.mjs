import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const ROOT = dirname(fileURLToPath(import.meta.url));
const PREFIX = "nacre:program/";
/** Where the build puts programs, below its own folder. */
const PROGRAMS = "programs";

/**
 * A bundler plugin for programs that run in a process of their own: `import file from "nacre:program/PATH"` bundles the
 * module at PATH (from the root of the repository, `.js` for `.ts`) into one CommonJS file and gives the file's path.
 * With `dist` it stands beside the program; otherwise, for tests, below `node_modules`.
 */
export function programsPlugin({ dist = false } = {}) {
  return {
    name: "nacre:programs",
    resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : null),
    async load(id) {
      if (!id.startsWith(`\0${PREFIX}`)) return null;
      const entry = join(ROOT, id.slice(PREFIX.length + 1).replace(/js$/, "ts"));
      const source = await bundled(entry, dist);
      const name = `${basename(dirname(entry))}-${basename(entry, ".ts")}`;
      if (!dist) return `export default ${JSON.stringify(kept(name, source))};\n`;
      const fileName = `${PROGRAMS}/${name}.js`;
      this.emitFile({ type: "asset", fileName, source });
      return `export default __dirname.replace(/([\\\\/])chunks$/, "") + "/${fileName}";\n`;
    },
  };
}

async function bundled(input, minify) {
  const bundle = await rolldown({ input, platform: "node", transform: { target: "node20" } });
  const { output } = await bundle.generate({ format: "cjs", minify, codeSplitting: false });
  await bundle.close();
  return output[0].code;
}

/** Named by its content, so that those who test at the same time do not write over each other's. */
function kept(name, source) {
  const folder = join(ROOT, "node_modules", ".nacre-programs");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}-${createHash("sha256").update(source).digest("hex").slice(0, 16)}.cjs`);
  writeFileSync(file, source);
  return file;
}
