import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { main } from "../../../core/main.js";
import { bench, plugin, serve, type Bench } from "./testing.js";
import { zipSync } from "fflate";

let b: Bench;
beforeEach(() => void (b = bench()));
afterEach(() => b[Symbol.dispose]());

/** Runs a command line on something that says it is a terminal. */
async function atTerminal(
  words: readonly string[],
  typed: string,
): Promise<{ readonly code: number | string; readonly said: string }> {
  const tty = (): PassThrough & { isTTY: boolean; columns: number } =>
    Object.assign(new PassThrough(), { isTTY: true, columns: 60 });
  const io = { stdin: tty(), stdout: tty(), stderr: tty() };
  let said = "";
  io.stderr.on("data", (part: Buffer) => {
    said += part.toString("utf8");
    if (said.includes("[y/N]")) io.stdin.write(typed);
  });
  const code = await main(["--cwd", b.dir, "plugin", ...words], { io, env: b.env, version: "1.0.0" }).catch(
    (error: Error) => error.message,
  );
  return { code, said };
}

describe("At a terminal", () => {
  it("a person is asked, and only y or yes is a yes", async () => {
    const dir = b.write("own", plugin("own"));
    expect(await atTerminal(["install", dir], "\n")).toMatchObject({ code: "Nothing was changed." });
    expect(await atTerminal(["install", dir], "nope\n")).toMatchObject({ code: "Nothing was changed." });
    const { code, said } = await atTerminal(["install", dir], "y\n");
    expect(code).toBe(0);
    expect(said).toContain("Install own@local? [y/N]");
  });

  it("a download tells how far it is on one line, which goes away; elsewhere nothing is told", async () => {
    const big = zipSync({
      "commands/a.md": [Buffer.from(Array.from({ length: 2_000_000 }, (_, at) => (at * 7919) % 251)), { level: 0 }],
    });
    await using served = await serve(() => big);
    const { said } = await atTerminal(["install", `${served.url}/p.zip`, "-y"], "");
    const lines = said.split("\r\u001b[K");
    expect(lines[1]).toMatch(/^Downloading 127\.0\.0\.1:\d+: \d+ (KB|MB) of 2 MB$/);
    expect(lines.at(-1)).toContain("p@archive");
    expect((await b.run(`plugin install ${served.url}/q.zip -y`)).stderr).not.toContain("Downloading");
  });

  it("what a plugin says of itself cannot act on the terminal", async () => {
    const hooks = JSON.stringify({
      hooks: { Stop: [{ hooks: [{ type: "command", command: "echo \u001b]0;owned\u0007 \u202e\u200bx" }] }] },
    });
    const dir = b.write("evil", plugin("evil", { description: "\u001b[2J" }, { "hooks/hooks.json": hooks }));
    const { stderr } = await b.run(`plugin install ${dir}`);
    expect(stderr).toContain("echo \\x1b]0;owned\\x07 \\u202e\\u200bx");
    for (const sign of ["\u0007", "\u001b", "\u202e"]) expect(stderr).not.toContain(sign);
  });
});
