import { messageOf } from "../../../schemas/errors.js";
import type { JsonObject } from "../../../schemas/json.js";
import { textOf } from "../../../schemas/message.js";
import { withTexts } from "../../../schemas/with-texts.js";
import { failed, late, type Desk, type Job } from "./job.js";
import type { Raw } from "./outcome.js";
import { noteOwnCall } from "./own.js";

/** Calls a tool of an MCP server through the session's own gates; its text is read like the output of a command. */
export async function runMcpTool(job: Job, desk: Desk): Promise<Raw> {
  const { server = "", tool = "", input = {} } = job.hook.handler;
  const { session } = job.firing.scene;
  const name = toolName(server, tool);
  const bad = (why: string): Raw => failed("error", `${job.name} hook error: ${why}`);
  if (!session) return bad(`the tool ${tool} of the server "${server}" can be called only in a session.`);
  if (!desk.kernel.all("tool").some((one) => one.name === name)) {
    const isThere = desk.kernel.all("tool").some((one) => one.name.startsWith(toolName(server, "")));
    const what = isThere ? `the MCP server "${server}" has no tool "${tool}"` : `there is no MCP server "${server}"`;
    return bad(`${what} (looked for ${name}).`);
  }
  const filled = withTexts(input, (text) => filledIn(text, job.input)) as JsonObject;
  noteOwnCall(filled);
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort("late"), job.timeout);
  try {
    const { output, refused } = await session.use({ name, input: filled }, { ask: false, signal: abort.signal });
    if (abort.signal.aborted) return late(job);
    const text = textOf(output.content);
    if (refused) return bad(`${name} was not allowed: ${refused.reason}`);
    return output.isError ? bad(`${name} failed: ${text.slice(0, 500)}`) : { exitCode: 0, stdout: text, stderr: "" };
  } catch (error) {
    return bad(`${name} failed: ${messageOf(error)}`);
  } finally {
    clearTimeout(timer);
  }
}

/** A plugin's own server is `plugin:<plugin>:<server>`. */
function toolName(server: string, tool: string): string {
  return `mcp__${server.replace(/[^\w-]/g, "_")}__${tool}`;
}

/** Puts a value of the hook's input in the place of `${a.b}`; a text that is nothing but one keeps the value's type. */
function filledIn(text: string, input: JsonObject): unknown {
  const whole = /^\$\{([\w.]+)\}$/.exec(text);
  if (whole) return valueAt(input, whole[1]!) ?? "";
  return text.replace(/\$\{([\w.]+)\}/g, (_, path: string) => {
    const found = valueAt(input, path) ?? "";
    return typeof found === "string" ? found : JSON.stringify(found);
  });
}

function valueAt(input: JsonObject, path: string): unknown {
  let value: unknown = input;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}
