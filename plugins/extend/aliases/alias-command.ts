import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Invocation } from "../../../schemas/front.js";
import { printable } from "../../../schemas/printable.js";
import { sayHeld } from "../say-held.js";
import type { AliasDesk } from "./desk.js";

/** `nacre alias list|show|check`. Resolves with the exit code. */
export async function aliasCommand(desk: AliasDesk, invocation: Invocation): Promise<number> {
  const [verb, ...words] = invocation.positionals;
  const asJson = invocation.flags["json"] === true;
  const say = (answer: { readonly json: unknown; readonly text: string }): void => {
    // Texts of files could act on a terminal.
    const text = answer.text.split("\n").map(printable).join("\n");
    invocation.io.stdout.write(asJson ? `${JSON.stringify(answer.json, null, 2)}\n` : text);
  };
  // A file that is named is looked at in any case.
  if (verb !== "check" || words.length === 0) sayHeld(desk.kernel, invocation.io);
  if (verb === "list" && words.length === 0) {
    const { listAliases } = await import("./list-aliases.js");
    say(await listAliases(desk));
    return EXIT.done;
  }
  if (verb === "show" && words[0] !== undefined) {
    const { showAlias } = await import("./show/show-alias.js");
    say(await showAlias(desk, words[0], words.slice(1)));
    return EXIT.done;
  }
  if (verb === "check" && words.length < 2) {
    const { checkFiles } = await import("./check-files.js");
    const answer = await checkFiles(desk, words[0]);
    say(answer);
    return answer.json.some(({ severity }) => severity === "error") ? EXIT.failed : EXIT.done;
  }
  throw new UserError("Usage: nacre alias list | show NAME [ARGUMENTS] | check [FILE]", EXIT.usage);
}
