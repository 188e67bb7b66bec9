import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "rolldown";
import { assetsPlugin } from "./assets.plugin.mjs";
import { builtinsPlugin } from "./builtins.plugin.mjs";
import { codeCachePlugin } from "./code-cache.plugin.mjs";
import { packageEntryPlugin } from "./package-entry.plugin.mjs";
import { programsPlugin } from "./programs.plugin.mjs";
import { lightGlobalsPlugin } from "./plugins/models/light-globals.plugin.mjs";

const { version } = JSON.parse(readFileSync(new URL("./package.json", import.meta.url), "utf8"));

const shared = {
  platform: "node",
  // jsonc-parser's CommonJS build loads its parts by names that no bundler sees.
  resolve: { mainFields: ["module", "main"] },
  external: [/^@vscode\/ripgrep/],
  transform: { target: "node20", define: { NACRE_VERSION: JSON.stringify(version) } },
};
const plugins = [
  builtinsPlugin({ dist: true }),
  assetsPlugin({ dist: true }),
  programsPlugin({ dist: true }),
  lightGlobalsPlugin(),
];
const output = {
  dir: "dist",
  format: "cjs",
  minify: true,
  entryFileNames: "[name].js",
  chunkFileNames: "chunks/[name]-[hash].js",
};

const here = (path) => join(import.meta.dirname, path);

/**
 * What each conversation loads before its first request stands in one file: to find and open another takes Node longer
 * than to read over a few functions that are not called.
 */
const START = new Set(
  [
    "core/main.ts",
    "schemas/safe-output.ts",
    "plugins/context/transcript/index.ts",
    "plugins/extend/commands/index.ts",
    "plugins/extend/guidelines/index.ts",
    "plugins/extend/plugin-folders/index.ts",
    "plugins/extend/skills/desk.ts",
    "plugins/extend/skills/index.ts",
    "plugins/fronts/print/index.ts",
    "plugins/models/retry.ts",
  ].map(here),
);

/** What has to be there before any of that. */
const FIRST = new Set([
  "\0rolldown/runtime.js",
  ...["bin/code-cache", "schemas/nacre-home", "schemas/process-start", "schemas/temporary-name"].map((path) =>
    here(`${path}.ts`),
  ),
]);

/**
 * The program: one small CommonJS entry and lazy chunks, the cheapest start that was measured on Node 20
 * (docs/performance.md). The package entry is bundled by itself: with both in one bundle the program would load more
 * files, and chunks of the package entry would load the program. Chunks that come out equal are shared by their names.
 */
export default defineConfig([
  {
    ...shared,
    input: { nacre: "bin/nacre.ts" },
    plugins: [...plugins, codeCachePlugin()],
    output: {
      ...output,
      cleanDir: true,
      codeSplitting: {
        groups: [
          { name: "code-cache", test: (id) => FIRST.has(id), priority: 1 },
          { name: "start", test: (id) => START.has(id) },
        ],
      },
      banner: (chunk) => (chunk.isEntry ? "#!/usr/bin/env node" : ""),
    },
  },
  { ...shared, input: { index: "index.ts" }, plugins: [...plugins, packageEntryPlugin()], output },
]);
