import type { Plugin } from "../../../core/types.js";
import type { JsonObject } from "../../../schemas/json.js";
import type { Catalogue, OwnedPart, PartOwner } from "../../../schemas/parts.js";
import type { ResultEvent } from "../../../schemas/event.js";
import type { ToolContext, ToolOutput } from "../../../schemas/tool.js";
import { boot, type BootOptions, type Shell } from "../../../test/boot.js";

/** A session with the tool, the gate, and tools to read and write files. */
export function team(options: Partial<BootOptions> = {}): Promise<Shell> {
  const plugins = ["subagents", "read", "write", "permissions", ...(options.plugins ?? [])];
  return boot({ script: [], files: { "a.txt": "hello\n" }, ...options, plugins });
}

/** Input of a call. */
export function task(type: string | undefined, more: object = {}): object {
  return { ...(type !== undefined && { subagent_type: type }), prompt: "Look at a.txt.", ...more };
}

/** Agents as `--agents` gives them. */
export function given(agents: Readonly<Record<string, object>>): { readonly "agents.json": string } {
  const filled = Object.entries(agents).map(([name, fields]) => [
    name,
    { description: `The agent ${name}.`, prompt: `You are ${name}.`, ...fields },
  ]);
  return { "agents.json": JSON.stringify(Object.fromEntries(filled)) };
}

/** A tool that does what the test says, whoever calls it. */
export function tool(name: string, run: (context: ToolContext) => Promise<ToolOutput>): Plugin {
  return {
    name: name.toLowerCase(),
    setup: (ctx) =>
      ctx.add("tool", {
        name,
        description: "",
        inputSchema: { type: "object" },
        effect: "read",
        run: (_, context) => run(context),
      }),
  };
}

/** What came back of the calls of the tool Agent in the main conversation. */
export function reports(shell: Shell): readonly ResultEvent[] {
  return shell.results().filter(({ name }) => name === "Agent");
}

/** What the person was told. */
export function notices(shell: Shell): readonly string[] {
  return shell.events.flatMap((event) => (event.type === "notice" ? [event.text] : []));
}

/** Parts as the catalogue gives them, for a test that may change them. */
export class Shelf {
  readonly all: OwnedPart[] = [];
  #generation = 0;

  put(name: string, data: JsonObject, owner: Partial<PartOwner> = {}, place: Partial<OwnedPart> = {}): void {
    const whose = { name: "p", dir: "/nowhere", origin: "user", format: "test", namespaced: false, strict: false };
    this.all.push({ kind: "agent", name, file: "/nowhere/a.md", data, owner: { ...whose, ...owner }, ...place });
    this.#generation++;
  }

  get plugin(): Plugin {
    const catalogue: Catalogue = {
      generation: () => String(this.#generation),
      count: (kind) => this.all.filter((part) => part.kind === kind).length,
      acting: async () => [],
      refusal: async () => undefined,
      parts: async (kind) => this.all.filter((part) => part.kind === kind),
      refresh: async () => false,
      inspect: () => Promise.reject(new Error("not here")),
      problems: async () => [],
    };
    return {
      name: "shelf",
      holds: ["agent"],
      setup: (ctx) => ctx.add("service", { name: "catalogue", service: catalogue }),
    };
  }
}
