import { readFileSync } from "node:fs";
import { defineConfig } from "rolldown";
import { assetsPlugin } from "./assets.plugin.mjs";
import { builtinsPlugin } from "./builtins.plugin.mjs";
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

/**
 * The program: one small CommonJS entry and lazy chunks, the cheapest start that was measured on Node 20
 * (docs/performance.md). The package entry is bundled by itself: with both in one bundle the program would load more
 * files, and chunks of the package entry would load the program. Chunks that come out equal are shared by their names.
 */
export default defineConfig([
  {
    ...shared,
    input: { nacre: "core/bin.ts" },
    plugins,
    output: { ...output, cleanDir: true, banner: (chunk) => (chunk.isEntry ? "#!/usr/bin/env node" : "") },
  },
  { ...shared, input: { index: "index.ts" }, plugins: [...plugins, packageEntryPlugin()], output },
]);
