import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { Front } from "../../../schemas/front.js";
import { runOnce } from "./run-once.js";
import { checkFlags } from "./check-flags.js";
import type { OnAsk } from "./on-ask.js";

/** The front of scripts and programs. What only stream-json and the control protocol need is imported when asked for. */
const setup: Setup = (ctx) => {
  ctx.add(
    "front",
    live<Front>({
      name: "print",
      async run(invocation) {
        checkFlags(invocation.flags);
        const onAsk = invocation.flags["on-ask"] as OnAsk | undefined;
        if (onAsk !== undefined) (await import("./on-ask.js")).tapOnAsk(ctx, onAsk);
        if (invocation.flags["input-format"] !== "stream-json") return runOnce(ctx, invocation);
        return (await import("./run-stream.js")).runStream(ctx, invocation);
      },
    }),
  );
};

export default setup;
