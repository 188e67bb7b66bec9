import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { assetsPlugin } from "./assets.plugin.mjs";
import { builtinsPlugin } from "./builtins.plugin.mjs";
import { programsPlugin } from "./programs.plugin.mjs";

// It doubles the time that Node 20 takes to start, and tests start many; npm, which one of them runs, may still need it.
const { NODE_EXTRA_CA_CERTS: certificates } = process.env;
if (certificates) process.env.npm_config_cafile ??= certificates;
delete process.env.NODE_EXTRA_CA_CERTS;

export default defineConfig({
  plugins: [builtinsPlugin(), assetsPlugin(), programsPlugin()],
  oxc: { target: "node20" },
  define: { NACRE_VERSION: '"0.0.0-test"' },
  test: {
    include: ["{bin,core,hooks,schemas,plugins,test}/**/*.test.ts"],
    globalSetup: ["test/temporary-folder.ts"],
    // Tests wait for programs they start as often as they compute.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
