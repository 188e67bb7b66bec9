import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { Command } from "../../../schemas/command.js";
import { EXIT } from "../../../schemas/errors.js";
import type { Subcommand } from "../../../schemas/front.js";
import { jsonText } from "../../../schemas/json-text.js";

/** Only prints: every decision carries its reasons with it, in the event itself. */
const setup: Setup = (ctx) => {
  ctx.add(
    "subcommand",
    live<Subcommand>({
      name: "why",
      async run({ positionals, flags, io }) {
        const { why } = await import("./why.js");
        const { json, text } = await why(ctx.kernel, positionals);
        io.stdout.write(flags["json"] === true ? `${jsonText(json, 2)}\n` : text);
        return EXIT.done;
      },
    }),
  );
  ctx.add(
    "command",
    live<Command>({
      name: "why",
      async run({ args, session }) {
        const { why } = await import("./why.js");
        const { text } = await why(ctx.kernel, args.split(/\s+/).filter(Boolean), session);
        return { answer: text.trimEnd() };
      },
    }),
  );
};
export default setup;
