import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { Subcommand } from "../../../schemas/front.js";

/** Names the demo's folder to the run that plays in it. */
const MARK = "NACRE_DEMO";

const setup: Setup = (ctx) => {
  ctx.add(
    "subcommand",
    live<Subcommand>({
      name: "demo",
      async run({ io }) {
        const stage = ctx.kernel.env[MARK];
        if (stage !== undefined) return (await import("./play.js")).play(ctx.kernel, stage, io.stdout);
        const { buildStage } = await import("./stage.js");
        const { runOnStage } = await import("./run-on-stage.js");
        const { dir, project, script, home } = buildStage(io.stdout.isTTY === true);
        const env = { ...ctx.kernel.env, [MARK]: dir, NACRE_HOME: home };
        return runOnStage(["--safe-mode", "--cwd", project, "--script", script, "--no-session-persistence"], env);
      },
    }),
  );
};

export default setup;
