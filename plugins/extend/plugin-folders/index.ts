import { live } from "../../../core/live.js";
import type { Discoverer, Setup } from "../../../core/types.js";
import { PluginFolders } from "./catalogue.js";
import { Freshness } from "./freshness.js";

const setup: Setup = (ctx) => {
  const folders = new PluginFolders(ctx);
  const freshness = new Freshness(folders, ctx.signal);
  ctx.add(
    "discoverer",
    live<Discoverer>({
      name: "plugin-folders",
      async find(places) {
        const found = await folders.find(places);
        freshness.later();
        return found;
      },
    }),
  );
  ctx.onDispose(() => folders.close());
  ctx.add("service", { name: "catalogue", service: folders });
  // Before anybody looks for what a prompt names.
  ctx.tap(
    "UserPromptSubmit",
    async (prompt, session) => {
      if (!session.agent) await freshness.now();
      return prompt;
    },
    { stage: -100 },
  );
};
export default setup;
