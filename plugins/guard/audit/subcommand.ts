import { once } from "node:events";
import type { KernelView } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Invocation } from "../../../schemas/front.js";
import { jsonText } from "../../../schemas/json-text.js";
import { printable } from "../../../schemas/printable.js";
import { Shelf } from "./shelf.js";
import { recordsOf, recordText, timeOf } from "./show.js";
import { verify, type Verdict } from "./verify.js";

/** `nacre audit verify|show`. */
export async function auditSubcommand(kernel: KernelView, { flags, positionals, io }: Invocation): Promise<number> {
  const [verb, word, ...more] = positionals;
  const json = flags["json"] === true;
  const shelf = new Shelf(kernel.home);
  if (verb === "verify" && word === undefined) {
    const verdict = verify(shelf);
    io.stdout.write(json ? `${jsonText(verdict, 2)}\n` : verdictText(verdict, shelf));
    return verdict.ok ? EXIT.done : EXIT.failed;
  }
  if (verb !== "show" || more.length > 0) {
    throw new UserError("Say what to do: nacre audit verify [--json] | show [--session ID] [--since TIME] [--json].");
  }
  const { session = word, since } = flags;
  const wanted = {
    ...(typeof session === "string" && { session }),
    ...(typeof since === "string" && { since: timeOf(since, kernel.clock.now()) }),
  };
  let count = 0;
  for (const record of recordsOf(shelf, wanted)) {
    count++;
    if (!io.stdout.write(`${json ? jsonText(record) : recordText(record)}\n`)) await once(io.stdout, "drain");
  }
  if (count === 0 && !json) io.stdout.write(`Nothing is written in ${printable(shelf.dir)} that fits.\n`);
  return EXIT.done;
}

function verdictText({ ok, files, head }: Verdict, { dir }: Shelf): string {
  if (files.length === 0)
    return `There is no audit log in ${printable(dir)}. Switch it on: nacre config set audit.enabled true\n`;
  const lines = files.reduce((sum, one) => sum + one.lines, 0);
  const said = files.flatMap(({ file, line, kind, message, note }) => {
    const place = `${printable(file)}${line === undefined ? "" : `:${line}`}`;
    if (message !== undefined) return [`${place}: ${kind}: ${message}.`];
    return note === undefined ? [] : [`${place}: ${note}.`];
  });
  const end = ok
    ? `Nothing is changed: ${files.length} files, ${lines} lines. Head of the index: ${head}`
    : "The audit log is not as it was written.";
  return `${[...said, end].join("\n")}\n`;
}
