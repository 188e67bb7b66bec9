import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Catalogue, Inventory } from "../../schemas/parts.js";
import { boot, say, type Shell } from "../boot.js";

export const PLUGIN_SCHEMA = "https://agent-plugins.org/schemas/1.0.0/plugin.schema.json";
export const MCP_SCHEMA = "https://agent-plugins.org/schemas/1.0.0/mcp.schema.json";

/** Texts that a rule accepts or refuses. */
export const CASES = JSON.parse(readFileSync(new URL("cases.json", import.meta.url), "utf8")) as Readonly<
  Record<"goodCommands" | "badCommands" | "goodFolders" | "badFolders" | "goodUrls" | "badUrls" | "badNames", string[]>
>;

const READERS =
  "plugin-folders agent-plugins claude gemini server-files skills commands agents output-styles shell-hooks".split(" ");

/** Folders of plugins, and the readers that ship with nacre. */
export interface PluginBench extends AsyncDisposable {
  readonly base: string;
  /** A fresh folder with these files; objects are written as JSON. Its path. */
  folder(files: Readonly<Record<string, unknown>>): string;
  inspect(dir: string): Promise<Inventory>;
  /** A plugin of the standard: the least manifest, with these fields over it and these files beside it. */
  standard(fields?: object, files?: Readonly<Record<string, unknown>>): Promise<Inventory>;
  /** The same with these MCP servers. */
  servers(servers: object, files?: Readonly<Record<string, unknown>>): Promise<Inventory>;
}

export async function pluginBench(): Promise<PluginBench> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-standard-")));
  const shell: Shell = await boot({ plugins: READERS, script: [say("")] });
  const catalogue = (await shell.kernel.service("catalogue")) as Catalogue;
  let count = 0;
  const bench: PluginBench = {
    base,
    folder(files) {
      const dir = join(base, `plugin-${++count}`);
      mkdirSync(dir);
      for (const [path, content] of Object.entries(files)) {
        const file = join(dir, path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
      }
      return dir;
    },
    inspect: (dir) => catalogue.inspect(dir),
    standard: (fields = {}, files = {}) => bench.inspect(bench.folder({ "plugin.json": manifest(fields), ...files })),
    servers: (servers, files = {}) =>
      bench.standard({}, { "mcp.json": { $schema: MCP_SCHEMA, mcpServers: servers }, ...files }),
    async [Symbol.asyncDispose]() {
      await shell[Symbol.asyncDispose]();
      rmSync(base, { recursive: true, force: true });
    },
  };
  return bench;
}

export function manifest(fields: object = {}): object {
  return { $schema: PLUGIN_SCHEMA, name: "tested", ...fields };
}

/** A skill that conforms. */
export function skill(name: string, more = ""): string {
  return `---\nname: ${name}\ndescription: Does what it is tested for.\n${more}---\n\nDo it.\n`;
}

export function names({ parts }: Inventory, kind: string): readonly string[] {
  return parts.filter((part) => part.kind === kind).map(({ name }) => name);
}

export function codes({ problems }: Inventory): readonly string[] {
  return problems.map(({ code }) => code);
}
