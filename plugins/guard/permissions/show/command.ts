import type { PluginContext } from "../../../../core/types.js";
import type { CommandAnswer, CommandCall } from "../../../../schemas/command.js";
import type { PermissionUpdate } from "../../../../schemas/decision.js";
import { UserError } from "../../../../schemas/errors.js";
import type { Gate } from "../gate.js";
import { written } from "./judge-here.js";
import { verdictText } from "./check.js";
import { listText } from "./list.js";
import { toVerdict } from "./verdict.js";

const BEHAVIORS = ["allow", "ask", "deny"] as const;

/** `/permissions`: what is in force in this session. Throws a UserError for words it does not know. */
export async function permissionsCommand(
  ctx: PluginContext,
  gate: Gate,
  { args, session }: CommandCall,
): Promise<CommandAnswer> {
  const [verb = "", rest = ""] = split(args);
  if (verb === "" || verb === "list") return { answer: listText(gate.listed(session)).trimEnd() };
  if (rest === "") throw new UserError(USAGE);
  if (verb === "check" || verb === "explain") {
    const judged = await gate.judge(await written(ctx, rest), session);
    return { answer: verdictText(toVerdict(judged)).trimEnd() };
  }
  const behavior = BEHAVIORS.find((one) => one === verb);
  if (!behavior && verb !== "remove") throw new UserError(USAGE);
  const wanted = behavior ?? gate.listOf(session, rest);
  if (!wanted) throw new UserError(`No rule ${rest} was added to this session; rules of files are changed there.`);
  await gate.apply(session, [update(behavior ? "addRules" : "removeRules", wanted, rest)]);
  return { answer: listText(gate.listed(session)).trimEnd() };
}

const USAGE =
  "Usage: /permissions [list | check CALL | allow RULE | ask RULE | deny RULE | remove RULE]; a rule added so holds for this session.";

function split(args: string): readonly string[] {
  const text = args.trim();
  const end = text.search(/\s/);
  return end < 0 ? [text] : [text.slice(0, end), text.slice(end).trim()];
}

function update(
  type: "addRules" | "removeRules",
  behavior: (typeof BEHAVIORS)[number],
  rule: string,
): PermissionUpdate {
  const parts = /^([^\s()]+)\((.*)\)$/s.exec(rule);
  const one = parts ? { toolName: parts[1]!, ruleContent: parts[2]! } : { toolName: rule };
  return { type, rules: [one], behavior, destination: "session" };
}
