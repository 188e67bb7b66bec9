import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** A bundler plugin that makes the built folder a package others can import, by `import` and by `require`, with types. */
export function packageEntryPlugin() {
  return {
    name: "nacre:package-entry",
    generateBundle(_options, bundle) {
      const { exports } = Object.values(bundle).find((chunk) => chunk.isEntry && chunk.name === "index");
      const source = `import entry from "./index.js";\nexport const { ${exports.join(", ")} } = entry;\n`;
      this.emitFile({ type: "asset", fileName: "index.mjs", source });
      this.emitFile({ type: "asset", fileName: "package.json", source: '{"type":"commonjs"}\n' });
    },
    writeBundle({ dir }) {
      const types = join(dir, "types");
      const tsc = here("node_modules/typescript/bin/tsc");
      execFileSync(process.execPath, [tsc, "-p", here("tsconfig.types.json"), "--outDir", types], { stdio: "inherit" });
      // tapable is bundled, so its types come along as well.
      copyFileSync(here("node_modules/tapable/tapable.d.ts"), join(types, "tapable.d.ts"));
      const hooks = join(types, "hooks");
      for (const name of readdirSync(hooks)) {
        const text = readFileSync(join(hooks, name), "utf8");
        writeFileSync(join(hooks, name), text.replaceAll('from "tapable"', 'from "../tapable.js"'));
      }
    },
  };
}
