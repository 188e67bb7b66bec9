import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Invocation } from "../../../schemas/front.js";
import { jsonText } from "../../../schemas/json-text.js";
import type { KernelView } from "../../../core/types.js";
import { tryOut } from "./try-out.js";
import { policyParts, policyText, statusData, statusText } from "./policy-text.js";
import type { Walled } from "./walled.js";

/** `nacre sandbox`: what stands, in words, and a way to try it. Resolves with the exit code. */
export async function runSubcommand(
  { positionals, flags, io }: Invocation,
  walled: Walled,
  kernel: KernelView,
): Promise<number> {
  const [verb = "status", ...rest] = positionals;
  if (verb === "run") return tryOut(rest, walled, { kernel, io });
  if ((verb !== "status" && verb !== "policy") || rest.length > 0) {
    const words = positionals.join(" ");
    throw new UserError(`There is no "nacre sandbox ${words}"; there are status, policy and run -- COMMAND.`);
  }
  const here = await walled.here();
  if (flags["json"] === true) {
    const data = verb === "status" ? statusData(here) : Object.fromEntries(policyParts(here));
    io.stdout.write(`${jsonText(data, 2)}\n`);
  } else io.stdout.write(verb === "status" ? statusText(here) : policyText(here));
  return here.problem === undefined || here.settings.enabled === false ? EXIT.done : EXIT.failed;
}
