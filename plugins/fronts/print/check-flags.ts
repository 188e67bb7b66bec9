import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Invocation } from "../../../schemas/front.js";

/** Throws a UserError for flags that do not go together. */
export function checkFlags(flags: Invocation["flags"]): void {
  const [input, output] = [flags["input-format"], flags["output-format"]];
  if (input === "stream-json" && output !== "stream-json") {
    throw new UserError("--input-format stream-json needs --output-format stream-json as well.", EXIT.usage);
  }
  for (const flag of ["include-partial-messages", "include-hook-events", "replay-user-messages"]) {
    const needsInput = flag === "replay-user-messages" && input !== "stream-json";
    if (flags[flag] !== true || (output === "stream-json" && !needsInput)) continue;
    const needed = `--output-format stream-json${needsInput ? " and --input-format stream-json" : ""}`;
    throw new UserError(`--${flag} needs ${needed}.`, EXIT.usage);
  }
  const onAsk = flags["on-ask"];
  if (onAsk === "stdin" && input === "stream-json") {
    throw new UserError(
      "--on-ask stdin does not go with --input-format stream-json: such a client answers with --permission-prompt-tool stdio.",
      EXIT.usage,
    );
  }
  const none = ["no-interactive", "permission-prompts"].find((flag) => flags[flag] === true || flags[flag] === "none");
  if (none !== undefined && (onAsk === "stdin" || onAsk === "defer")) {
    throw new UserError(`--on-ask ${onAsk} does not go with --${none}, which says that nobody is asked.`, EXIT.usage);
  }
  const prompter = flags["permission-prompt-tool"];
  if (prompter !== undefined && prompter !== "stdio") {
    throw new UserError(
      `--permission-prompt-tool must be "stdio", not "${String(prompter)}": MCP tools cannot answer questions yet.`,
      EXIT.usage,
    );
  }
  if (prompter === "stdio" && input !== "stream-json") {
    throw new UserError("--permission-prompt-tool stdio needs --input-format stream-json.", EXIT.usage);
  }
}
