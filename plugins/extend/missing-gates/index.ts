import type { Setup } from "../../../core/types.js";

/** What a changed plugin kept back must not pass because somebody has changed a file of it. */
const setup: Setup = (ctx) => {
  ctx.tap("PreToolUse", async (pending) => {
    const name = (await (await ctx.kernel.service("installed"))?.silenced())?.[0];
    if (name === undefined) return undefined;
    const reason =
      `Hooks of plugin "${name}" that judge calls do not run, because its files are not those that were approved. ` +
      `See what was changed with nacre plugin trust ${name}, or switch it off with nacre plugin disable ${name}.`;
    return { ...pending, decision: { behavior: "ask" as const, reason } };
  });
};
export default setup;
