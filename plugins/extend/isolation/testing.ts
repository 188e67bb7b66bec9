import { boot, say, type Shell } from "../../../test/boot.js";

type Options = Parameters<typeof boot>[0];

export interface Guest extends Partial<Options> {
  /** nacre's part of its manifest. */
  readonly manifest?: object;
  /** The plugin's name. */
  readonly name?: string;
  /** False: the process has only the walls that Node itself puts up. */
  readonly sandbox?: boolean;
}

/** A shell with a plugin from outside whose setup has this body. */
export function guest(
  body: string,
  { manifest, name = "guest", sandbox = true, ...options }: Guest = {},
): Promise<Shell> {
  const own = { main: "index.mjs", ...manifest };
  return boot({
    script: [say("done")],
    ask: async () => ({ behavior: "allow" }), // Once there is something that judges calls, somebody has to.
    pluginDirs: ["../guest"],
    ...options,
    plugins: [...(sandbox ? ["sandbox"] : []), ...(options.plugins ?? [])],
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
