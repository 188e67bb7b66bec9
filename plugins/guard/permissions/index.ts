import type { Setup } from "../../../core/types.js";
import { Gate } from "./gate.js";

/** Runs after other gates, so that it judges what they made of a call and knows whether they let it pass. */
const STAGE = 100;

const setup: Setup = (ctx) => {
  const gate = new Gate(ctx);
  ctx.tap("PreToolUse", async (pending, session) => gate.judge(pending, session), { stage: STAGE });
  ctx.tap("PreModel", async (request, session) => gate.withoutDenied(request, session));
  ctx.add("service", { name: "permissions", service: gate });
};

export default setup;
