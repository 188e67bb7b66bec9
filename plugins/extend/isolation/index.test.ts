import { expect, it } from "vitest";
import { boot, call, say, type Shell } from "../../../test/boot.js";

const MANIFEST = (own: object = {}): string =>
  JSON.stringify({ name: "guest", extensions: { "dev.nacre": { main: "index.mjs", ...own } } });

interface Guest {
  readonly manifest?: object;
  readonly script?: Parameters<typeof boot>[0]["script"];
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly plugins?: Parameters<typeof boot>[0]["plugins"];
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

function guest(setup: string, { manifest, script = [say("done")], ...options }: Guest = {}): Promise<Shell> {
  return boot({
    script,
    pluginDirs: ["../guest"],
    ...options,
    files: {
      "../guest/plugin.json": MANIFEST(manifest),
      "../guest/index.mjs": `export default (ctx) => {\n${setup}\n};\n`,
      ...options.files,
    },
  });
}

const TOOL = (run: string): string =>
  `ctx.add("tool", { name: "T", description: "t", inputSchema: { type: "object" }, effect: "read", run: async (input, context) => { ${run} } });`;

it("runs a plugin's tool in a process of its own", async () => {
  await using shell = await guest(
    TOOL("return { content: `${process.pid !== input.pid} ${context.session.cwd} ${context.callId}` };"),
    {
      script: [call("T", { pid: process.pid }, "c1"), say("done")],
    },
  );
  expect((await shell.send("go")).reason).toBe("completed");
  expect(shell.result(0).content).toBe(`true ${shell.dir} c1`);
});
