import type { Plugin } from "../../../core/types.js";
import { live } from "../../../core/live.js";
import type { JsonObject, JsonSchema } from "../../../schemas/json.js";
import type { Tool } from "../../../schemas/tool.js";
import { boot, type BootOptions, type Shell } from "../../../test/boot.js";

/** A call that one of the test's own tools got. */
export interface Got {
  readonly tool: string;
  readonly input: JsonObject;
}

const text: JsonSchema = { type: "string" };

/** Tools of the examples that are not there without a model, a network or a person. */
const SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  Agent: { properties: { name: text, prompt: text, min_confidence: { type: "number" } }, required: ["prompt"] },
  GitHub: {
    properties: { args: { type: "array", items: text }, draft: { type: "boolean" } },
    required: ["args"],
  },
  BatchReplace: {
    properties: { pattern: text, replacement: text, glob: text, dry_run: { type: "boolean" } },
    required: ["pattern", "replacement"],
  },
  EditPreview: { properties: { changes: { type: "array" } }, required: ["changes"] },
  PushNotification: { properties: { text }, required: ["text"] },
  mcp__github__create_issue: {
    properties: { repo: text, labels: { type: "array", items: text }, meta: { type: "object" } },
    required: ["repo"],
    additionalProperties: false,
  },
  Fail: { properties: {} },
};

/** A shell with the aliases of `text` in its project, tools that write down what they got, and real ones by name. */
export async function shellWith(
  text: string,
  options: Partial<BootOptions> = {},
): Promise<{ readonly shell: Shell; readonly got: Got[] } & AsyncDisposable> {
  const got: Got[] = [];
  const own: Plugin = {
    name: "test-tools",
    setup(ctx) {
      for (const [name, inputSchema] of Object.entries(SCHEMAS)) {
        const run: Tool["run"] = async (input) => {
          got.push({ tool: name, input });
          const details = name === "BatchReplace" ? [{ file: "a.ts" }] : undefined;
          return { content: `${name} ran`, isError: name === "Fail", ...(details && { details }) };
        };
        ctx.add(
          "tool",
          live<Tool>({ name, description: name, inputSchema: { type: "object", ...inputSchema }, effect: "read", run }),
        );
      }
    },
  };
  const shell = await boot({
    script: [],
    discover: true,
    ...options,
    plugins: ["aliases", "commands", "ls", "grep", "git", "bash", own, ...(options.plugins ?? [])],
    files: { ".nacre/aliases.nalias": text, ...options.files },
  });
  return { shell, got, [Symbol.asyncDispose]: () => shell[Symbol.asyncDispose]() };
}
