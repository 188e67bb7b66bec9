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
      // What is bundled is not installed with the package: its types come along, as much of them as is named.
      copyFileSync(here("node_modules/tapable/tapable.d.ts"), join(types, "tapable.d.ts"));
      writeFileSync(join(types, "zod-mini.d.ts"), ZOD_MINI);
      for (const folder of ["hooks", "schemas"]) bringAlong(join(types, folder));
    },
  };
}

const ZOD_MINI = `export interface ZodMiniType<T = unknown> {
    parse(value: unknown): T;
}
`;

/** Lets the declarations of a folder name what lies beside it instead of packages. */
function bringAlong(folder) {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    const text = readFileSync(file, "utf8");
    const own = text
      .replaceAll('from "tapable"', 'from "../tapable.js"')
      .replaceAll('from "zod/mini"', 'from "../zod-mini.js"');
    if (own !== text) writeFileSync(file, own);
  }
}
