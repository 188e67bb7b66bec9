import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { Front } from "../../../schemas/front.js";
import { converse } from "./converse.js";

/** The front of a terminal: append-only lines, no redraw, the terminal's own scrolling. */
const setup: Setup = (ctx) => {
  ctx.add("front", live<Front>({ name: "plain", run: (invocation) => converse(ctx, invocation) }));
};

export default setup;
