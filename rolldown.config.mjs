import { readFileSync } from "node:fs";
import { defineConfig } from "rolldown";
import { builtinsPlugin } from "./builtins.plugin.mjs";
import { lightGlobalsPlugin } from "./plugins/models/light-globals.plugin.mjs";

const { version } = JSON.parse(readFileSync(new URL("./package.json", import.meta.url), "utf8"));

/** One small CommonJS entry and lazy chunks: the cheapest start that was measured on Node 20 (docs/performance.md). */
export default defineConfig({
  input: { nacre: "core/bin.ts" },
  platform: "node",
  // jsonc-parser's CommonJS build loads its parts by names that no bundler sees.
  resolve: { mainFields: ["module", "main"] },
  external: [/^@vscode\/ripgrep/],
  plugins: [builtinsPlugin(), lightGlobalsPlugin()],
  transform: { target: "node20", define: { NACRE_VERSION: JSON.stringify(version) } },
  output: {
    dir: "dist",
    format: "cjs",
    cleanDir: true,
    minify: true,
    banner: (chunk) => (chunk.isEntry ? "#!/usr/bin/env node" : ""),
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
  },
});
