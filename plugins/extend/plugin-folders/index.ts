import { join } from "node:path";
import { live } from "../../../core/live.js";
import type { Discoverer, Setup } from "../../../core/types.js";
import { discover } from "./discover.js";

const setup: Setup = (ctx) => {
  const index = join(ctx.kernel.home, "cache", "plugins.json");
  // One index, for the roots that are the same at every start; a project's folder is small and read as it stands.
  ctx.add(
    "discoverer",
    live<Discoverer>({
      name: "plugin-folders",
      find: (roots) => discover(roots, roots.some((root) => root.origin === "project") ? undefined : index),
    }),
  );
};
export default setup;
