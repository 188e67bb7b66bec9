import type { PluginContext, Setup } from "../../../core/types.js";
import type { Isolation } from "../../../schemas/isolation.js";
import type { IsolatedPlugin } from "./isolated-plugin.js";

const MB = 1024 * 1024;

const setup: Setup = (ctx) => {
  const { memory_mb = 512, answer_secs = 10, call_secs = 120 } = ctx.settings as Readonly<Record<string, number>>;
  const limits = { memory: memory_mb * MB, silence: answer_secs * 1000, quiet: call_secs * 1000 };
  const plugins = new Map<string, IsolatedPlugin>();
  const service: Isolation = {
    async setUp(code, context) {
      const { IsolatedPlugin } = await import("./isolated-plugin.js");
      const plugin = new IsolatedPlugin(code, context as PluginContext, limits);
      plugins.set(code.name, plugin);
      await plugin.setUp();
    },
    report: () => [...plugins.values()].map((plugin) => plugin.account()),
  };
  ctx.add("service", { name: "isolation", service });
};
export default setup;
