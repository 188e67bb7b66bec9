import { messageOf } from "../../../schemas/errors.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import { textOf } from "../../../schemas/message.js";
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
  const filled = filledIn(input, job.input) as JsonObject;
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

/** Puts values of the hook's input in the place of `${a.b}`; a text that is nothing but one keeps the value's type. */
function filledIn(value: unknown, input: JsonObject): unknown {
  if (typeof value === "string") {
    const whole = /^\$\{([\w.]+)\}$/.exec(value);
    if (whole) return valueAt(input, whole[1]!) ?? "";
    return value.replace(/\$\{([\w.]+)\}/g, (_, path: string) => {
      const found = valueAt(input, path) ?? "";
      return typeof found === "string" ? found : JSON.stringify(found);
    });
  }
  if (Array.isArray(value)) return value.map((item) => filledIn(item, input));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filledIn(item, input)]));
}

function valueAt(input: JsonObject, path: string): unknown {
  let value: unknown = input;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}
