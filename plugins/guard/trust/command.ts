import type { KernelView } from "../../../core/types.js";
import type { CommandAnswer, CommandCall } from "../../../schemas/command.js";
import { UserError } from "../../../schemas/errors.js";
import { printable } from "../../../schemas/printable.js";
import type { Keeper } from "./keeper.js";
import { stateOf, stateText } from "./state.js";
import { partText } from "./words.js";

/** `/trust [yes|no]`. Typed by the person, so it is the person's word; a prompt that nobody types is nobody's. */
export async function trustCommand(
  kernel: KernelView,
  keeper: Keeper,
  { args, session }: Pick<CommandCall, "args" | "session">,
): Promise<CommandAnswer> {
  const state = await stateOf(kernel, keeper);
  if (!state) throw new UserError(`The folder ${kernel.cwd} cannot be reached.`);
  const { place, parts, open } = state;
  const name = printable(place.root);
  if (args === "yes" && session.headless) {
    throw new UserError("A prompt does not say whom to trust in a run that nobody watches; say nacre trust --yes.");
  }
  const lines = open.map((part) => `- ${printable(partText(place.root, part))}`);
  const list = lines.length === 0 ? [] : ["Nobody has agreed to:", ...lines, "/trust yes agrees to all of it."];
  if (args !== "no" && !keeper.show(open) && args === "yes") {
    return {
      answer: [`Nothing is agreed to yet: what ${name} brings has changed since you were shown it.`, ...list].join(
        "\n",
      ),
    };
  }
  if (args === "yes") {
    await keeper.agree(place, parts);
    keeper.isDeclined = false;
    return { answer: `${name} is trusted. What it brings counts when nacre starts the next time.` };
  }
  if (args === "no") {
    await keeper.decline(place);
    keeper.isDeclined = true;
    return { answer: `${name} is declined: this session only reads, and the next ones use nothing of it.` };
  }
  if (args !== "") throw new UserError("Say /trust, /trust yes or /trust no.");
  return { answer: [printable(stateText(state)), ...list].join("\n") };
}
