import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { Command } from "../../../schemas/command.js";
import type { Subcommand } from "../../../schemas/front.js";
import { Gate } from "./gate.js";

/** Runs after other gates, so that it judges what they made of a call and knows whether they let it pass. */
const STAGE = 100;

const setup: Setup = (ctx) => {
  const gate = new Gate(ctx);
  ctx.tap("PreToolUse", async (pending, session) => gate.judge(pending, session), { stage: STAGE });
  ctx.tap("PreModel", async (request, session) => gate.withoutDenied(request, session));
  ctx.add(
    "subcommand",
    live<Subcommand>({
      name: "permissions",
      run: async (invocation) => (await import("./show/subcommand.js")).permissionsSubcommand(ctx, invocation),
    }),
  );
  ctx.add(
    "command",
    live<Command>({
      name: "permissions",
      run: async (given) => (await import("./show/command.js")).permissionsCommand(ctx, gate, given),
    }),
  );
  ctx.add("service", { name: "permissions", service: gate });
};

export default setup;
