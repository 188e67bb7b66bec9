import type { Reader } from "../../core/types.js";
import type { Invocation } from "../../schemas/front.js";
import { UserError } from "../../schemas/errors.js";
import { printable } from "../../schemas/printable.js";

/** What `nacre NAME` does where only `nacre NAME VERB` means something: throws a UserError that names the verbs. */
export function needVerb({ all }: Pick<Reader, "all">, name: string, { positionals }: Invocation): never {
  const verbs = all("subcommand").flatMap((one) =>
    one.name.startsWith(`${name} `) ? [one.name.slice(name.length + 1)] : [],
  );
  const [given] = positionals;
  const what = given === undefined ? "Say what to do" : `nacre ${name} does not know "${printable(given)}"`;
  throw new UserError(`${what}: nacre ${name} ${verbs.join(", ").replace(/, ([\w ]+)$/, " or $1")}.`);
}
