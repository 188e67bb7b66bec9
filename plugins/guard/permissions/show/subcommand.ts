import type { PluginContext } from "../../../../core/types.js";
import { EXIT, UserError } from "../../../../schemas/errors.js";
import type { Invocation } from "../../../../schemas/front.js";
import { jsonText } from "../../../../schemas/json-text.js";
import { check } from "./check.js";
import { here } from "./judge-here.js";
import { listed, listText } from "./list.js";

/** `nacre permissions`: what is in force here, and what would be said of a call. Resolves with the exit code. */
export async function permissionsSubcommand(ctx: PluginContext, invocation: Invocation): Promise<number> {
  const { flags, positionals, io } = invocation;
  const [verb = "list", ...words] = positionals;
  if (verb === "check" || verb === "explain") return check(ctx, words, invocation);
  if (verb !== "list" || words.length > 0)
    throw new UserError("Usage: nacre permissions [list] | check CALL | check --cases FILE [--json]");
  const { place, law, problems } = here(ctx);
  const all = { ...listed(law.mode.name, law.rules), folders: place.folders, problems };
  io.stdout.write(flags["json"] === true ? `${jsonText(all, 2)}\n` : listText(all));
  return EXIT.done;
}
