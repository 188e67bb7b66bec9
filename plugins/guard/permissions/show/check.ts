import { resolve } from "node:path";
import type { PluginContext } from "../../../../core/types.js";
import { EXIT, messageOf, UserError } from "../../../../schemas/errors.js";
import type { Invocation } from "../../../../schemas/front.js";
import { jsonText } from "../../../../schemas/json-text.js";
import { printable } from "../../../../schemas/printable.js";
import { readCases } from "./case-file.js";
import { judgeCase, type Judged } from "./judge-case.js";
import { judgeHere } from "./judge-here.js";
import type { Verdict } from "./verdict.js";

/** `nacre permissions check`: judges calls and runs none. Throws a UserError for what is no call. */
export async function check(ctx: PluginContext, words: readonly string[], invocation: Invocation): Promise<number> {
  const { flags, io } = invocation;
  const file = flags["cases"];
  if (typeof file === "string") {
    if (words.length > 0) throw new UserError("Give either --cases FILE or a call, not both.");
    return checkCases(ctx, resolve(ctx.kernel.cwd, file), invocation);
  }
  if (words.length === 0) throw new UserError('Say what to check, as in nacre permissions check "git push".');
  const { call, ...verdict } = await judgeHere(ctx, words.join(" "));
  if (flags["json"] === true) io.stdout.write(`${jsonText({ ...call, ...verdict }, 2)}\n`);
  else io.stdout.write(verdictText(verdict));
  return EXIT.done;
}

async function checkCases(ctx: PluginContext, file: string, { flags, io }: Invocation): Promise<number> {
  for (const one of readCases(file, ctx.kernel.cwd)) {
    const { decision, reason, rule, nearest, problems } = await judgeCase(ctx, one).catch(refusal);
    for (const problem of problems) io.stderr.write(`${printable(problem)}\n`);
    const found = { id: one.id, decision, reason, ...(rule && { rule }), ...(nearest && { nearest }) };
    io.stdout.write(`${flags["json"] === true ? jsonText(found) : printable(`${one.id}  ${decision}  ${reason}`)}\n`);
  }
  return EXIT.done;
}

/** A gate that fails is a no, and says nothing about the other cases. */
function refusal(error: unknown): Judged {
  return { decision: "deny", reason: `It could not be judged: ${messageOf(error)}`, problems: [] };
}

/** A verdict in a few lines for people. */
export function verdictText({ decision, reason, rule, origin, nearest }: Verdict): string {
  const rows = [
    ["Decision", decision],
    ["Reason", reason],
    ["Rule", rule && `${rule}${origin === undefined ? "" : ` (${origin})`}`],
    ["Nearest rule", nearest],
  ];
  return rows
    .filter((row): row is [string, string] => row[1] !== undefined)
    .map(([name, value]) => `${name.padEnd(12)}  ${printable(value)}\n`)
    .join("");
}
