import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { Front } from "../../../schemas/front.js";
import { unguarded } from "../../../schemas/safe-output.js";
import { converse } from "./converse.js";

/** The front of a terminal: append-only lines, no redraw, the terminal's own scrolling. */
const setup: Setup = (ctx) => {
  const run: Front["run"] = ({ io, ...rest }) => {
    const { stdin, stderr } = io; // It draws, and sanitises what it draws itself.
    return converse(ctx, { ...rest, io: { stdin, stdout: unguarded(io.stdout), stderr } });
  };
  const askForTrust: Front["askForTrust"] = async (question, { io, ...rest }) => {
    const { stdin, stderr } = io;
    const { askTrust } = await import("./ask-trust.js");
    return askTrust(question, { ...rest, io: { stdin, stdout: unguarded(io.stdout), stderr } }, ctx.kernel.env);
  };
  ctx.add("front", live<Front>({ name: "plain", run, askForTrust }));
};

export default setup;
