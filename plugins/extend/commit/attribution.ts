import type { ToolCall } from "../../../schemas/decision.js";
import type { Session } from "../../../schemas/session.js";

/** The trailer that names the model; undefined where none is wanted. */
export function trailerOf(setting: unknown, { model }: Pick<Session, "model">): string | undefined {
  const name = `nacre (${model.replace(/[^\w.:/ -]/g, "")})`;
  if (setting === "assisted-by") return `Assisted-by: ${name}`;
  return setting === "co-authored-by" ? `Co-authored-by: ${name} <noreply@nacre.invalid>` : undefined;
}

/** A commit with the trailer; every other call as it is. */
export function withTrailer(call: ToolCall, trailer: string): ToolCall {
  const args = argsOf(call);
  if (args?.[0] !== "commit") return call;
  return { ...call, input: { ...call.input, args: [...args, "--trailer", trailer] } };
}

/** The same call as it was before, where it ends in that trailer. */
export function withoutTrailer(call: ToolCall, trailer: string | undefined): ToolCall {
  const args = argsOf(call);
  if (!args || trailer === undefined || args.at(-1) !== trailer || args.at(-2) !== "--trailer") return call;
  return { ...call, input: { ...call.input, args: args.slice(0, -2) } };
}

function argsOf({ name, input }: ToolCall): readonly string[] | undefined {
  return name === "Git" && Array.isArray(input["args"]) ? (input["args"] as readonly string[]) : undefined;
}
