import { chmodSync, existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(fileURLToPath(import.meta.url));
const PREFIX = "nacre:asset/";
/** The name of a module must not end like that of a file that bundlers know what to do with. */
const ENDING = ":path";
/** Where the build puts such files, below its own folder. */
const ASSETS = "assets";

/**
 * A bundler plugin for files of packages that are read as they are: `import file from "nacre:asset/PACKAGE/FILE"` gives
 * the file's path. With `dist` it is copied beside the program; otherwise, for tests, it is used where it lies. Programs
 * are named with their folder too, which says for which processor they are.
 */
export function assetsPlugin({ dist = false } = {}) {
  const programs = new Set();
  return {
    name: "nacre:assets",
    resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}${ENDING}` : null),
    load(id) {
      if (!id.startsWith(`\0${PREFIX}`)) return null;
      const file = join(ROOT, "node_modules", id.slice(PREFIX.length + 1, -ENDING.length));
      if (!dist) return `export default ${JSON.stringify(file)};\n`;
      const isProgram = (statSync(file).mode & 0o111) !== 0;
      const fileName = `${ASSETS}/${isProgram ? `${basename(dirname(file))}-` : ""}${basename(file)}`;
      if (isProgram) programs.add(fileName);
      this.emitFile({ type: "asset", fileName, source: readFileSync(file) });
      return `export default __dirname.replace(/([\\\\/])chunks$/, "") + "/${fileName}";\n`;
    },
    writeBundle(options) {
      for (const name of programs) {
        const file = join(options.dir, name);
        if (existsSync(file)) chmodSync(file, 0o755);
      }
    },
  };
}
