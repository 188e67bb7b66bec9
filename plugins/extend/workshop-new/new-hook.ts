import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { messageOf, UserError } from "../../../schemas/errors.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import { lines } from "./scaffold.js";
import { writeAll } from "./write-all.js";

export interface HookWish {
  readonly name: string;
  readonly event: string;
  readonly matcher: string;
}

/** Events of tools have a matcher and a call on stdin; the others go without. */
const OF_TOOLS = new Set(["PreToolUse", "PostToolUse", "PostToolUseFailure", "PermissionRequest"]);
const EVENTS = new Set([
  ...OF_TOOLS,
  "UserPromptSubmit",
  "SessionStart",
  "SessionEnd",
  "Stop",
  "SubagentStop",
  "Notification",
]);

/** Makes a hook below a plugin root, beside those that are there, and says what was made. */
export function newHook(root: string, wish: HookWish): string {
  const { name, event } = wish;
  if (!/^[A-Za-z0-9][\w-]*$/.test(name)) {
    throw new UserError(`"${name}" cannot be a hook's name: use letters, digits and hyphens.`);
  }
  if (!EVENTS.has(event)) {
    throw new UserError(`There is no scaffold for the event "${event}"; there are: ${[...EVENTS].join(", ")}.`);
  }
  const folder = join(root, "hooks");
  const config = join(folder, "hooks.json");
  const next = withHook(config, wish, `"\${CLAUDE_PLUGIN_ROOT}/hooks/${name}.sh"`);
  writeAll(folder, {
    [`${name}.sh`]: script(wish),
    [`${name}.input.json`]: `${JSON.stringify(input(wish), null, 2)}\n`,
  });
  writeFileSync(config, next);
  return lines(
    `Made ${folder}:`,
    `  ${name}.sh          runs at ${event}; exit 2 blocks`,
    `  ${name}.input.json  an input to try it with`,
    "  hooks.json  says when it runs",
    "Next:",
    `  nacre hook run ${event} --input ${join(folder, `${name}.input.json`)}`,
  );
}

/** The text of hooks.json with one hook more. What is there stays. */
function withHook(file: string, { event, matcher }: HookWish, command: string): string {
  let config: JsonObject = { hooks: {} };
  if (existsSync(file)) {
    try {
      config = JSON.parse(readFileSync(file, "utf8")) as JsonObject;
    } catch (error) {
      throw new UserError(`${file} is not valid JSON: ${messageOf(error)}. Mend it first.`);
    }
  }
  const hooks = isObject(config) && isObject(config["hooks"]) ? config["hooks"] : undefined;
  if (!hooks) throw new UserError(`${file} has no object "hooks"; mend it first.`);
  const before = Array.isArray(hooks[event]) ? (hooks[event] as unknown[]) : [];
  const group = { ...(OF_TOOLS.has(event) && { matcher }), hooks: [{ type: "command", command, timeout: 10 }] };
  return `${JSON.stringify({ ...config, hooks: { ...hooks, [event]: [...before, group] } }, null, 2)}\n`;
}

function script({ event }: HookWish): string {
  if (!OF_TOOLS.has(event)) {
    return lines(
      "#!/bin/sh",
      `# Runs at ${event}. What happened stands on stdin as JSON.`,
      event === "UserPromptSubmit" || event === "SessionStart"
        ? "# What is written to stdout is told to the model."
        : "# Exit 0 goes on; exit 2 with a reason on stderr objects.",
      "cat > /dev/null",
    );
  }
  return lines(
    "#!/bin/sh",
    "# The call stands on stdin as JSON: tool_name, tool_input, cwd, session_id.",
    "# Exit 0 goes on; exit 2 blocks, and what is written to stderr is the reason the model reads.",
    "if grep -q 'rm -rf'; then",
    "  echo 'Deleting whole folders is left to the person.' >&2",
    "  exit 2",
    "fi",
  );
}

function input({ event, matcher }: HookWish): JsonObject {
  if (event === "UserPromptSubmit") return { prompt: "Hello" };
  if (event === "SessionStart") return { source: "startup" };
  if (!OF_TOOLS.has(event)) return {};
  const tool = matcher.split(/[|,]/)[0]?.trim() || "Bash";
  return { tool_name: tool, tool_input: tool === "Bash" ? { command: "rm -rf build" } : { file_path: "notes.txt" } };
}
