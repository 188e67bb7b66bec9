import type { Setup } from "../../../core/types.js";
import { isHarmlessVariable } from "../../../schemas/harmless-variable.js";
import { isObject } from "../../../schemas/json.js";

const setup: Setup = (ctx) => {
  ctx.tap("SessionStart", async (start, session) => {
    const variables: Record<string, string> = {};
    const refused = new Set<string>();
    for (const { value, layer, source, held } of ctx.kernel.settings.origins("env")) {
      if (held !== undefined || !isObject(value)) continue;
      const isProjects = layer === "project" || layer === "local";
      for (const [name, text] of Object.entries(value)) {
        if (typeof text !== "string") continue;
        if (isProjects && !isHarmlessVariable(name)) refused.add(`${name} (${source})`);
        else variables[name] = text;
      }
    }
    if (refused.size > 0) {
      const text = `Variables that a project does not set are left out: ${[...refused].join(", ")}. Set them in your own settings.`;
      session.emit({ type: "notice", at: ctx.kernel.clock.now(), level: "warning", text, plugin: ctx.plugin.name });
    }
    (await ctx.kernel.service("commandEnvironment"))?.set(session, "settings", variables);
    return start;
  });
};

export default setup;
