import type { PluginContext } from "../../../core/types.js";

/** Limits what the model may think with from now on; undefined leaves it to the provider. */
export interface ThinkingLimit {
  set(tokens: number | undefined): void;
}

/** Puts the limit into every request, once there is one. */
export function limitThinking(ctx: PluginContext, given: unknown): ThinkingLimit {
  let limit: number | undefined;
  let tapped = false;
  const set = (tokens: number | undefined): void => {
    limit = tokens;
    if (tapped || tokens === undefined) return;
    tapped = true;
    ctx.tap("PreModel", async (request) => (limit === undefined ? request : { ...request, thinkingTokens: limit }));
  };
  set(typeof given === "number" ? given : undefined);
  return { set };
}
