import { boot, say, type Shell } from "../../../test/boot.js";

type Options = Parameters<typeof boot>[0];

export interface Guest extends Partial<Options> {
  /** nacre's part of its manifest. */
  readonly manifest?: object;
  /** The plugin's name. */
  readonly name?: string;
}

/** A shell with a plugin from outside whose setup has this body. */
export function guest(body: string, { manifest, name = "guest", ...options }: Guest = {}): Promise<Shell> {
  const own = { main: "index.mjs", ...manifest };
  return boot({
    script: [say("done")],
    pluginDirs: ["../guest"],
    ...options,
    files: {
      "../guest/plugin.json": JSON.stringify({ name, version: "1.0.0", extensions: { "dev.nacre": own } }),
      "../guest/index.mjs": `export default async (ctx) => {\n${body}\n};\n`,
      ...options.files,
    },
  });
}

/** A setup that offers the tool `T`, whose `run` has this body. */
export function tool(run: string): string {
  const facts = `name: "T", description: "t", inputSchema: { type: "object" }, effect: "read"`;
  return `ctx.add("tool", { ${facts}, run: async (input, context) => { ${run} } });`;
}
