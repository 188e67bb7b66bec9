import { defineConfig } from "vitest/config";
import { builtinsPlugin } from "./builtins.plugin.mjs";

export default defineConfig({
  plugins: [builtinsPlugin()],
  oxc: { target: "node20" },
  define: { NACRE_VERSION: '"0.0.0-test"' },
  test: {
    include: ["{core,hooks,schemas,plugins,test}/**/*.test.ts"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
