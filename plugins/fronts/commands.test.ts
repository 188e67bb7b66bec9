import { describe, expect, it } from "vitest";
import type { Plugin } from "../../core/types.js";
import { UserError } from "../../schemas/errors.js";
import { say } from "../../test/boot.js";
import { drive, gate, tools } from "./drive.js";
import { person } from "./plain/person.js";

/** Commands made in code, and a source with one that expands. */
const some: Plugin = {
  name: "some-commands",
  setup(ctx) {
    const said = (text: string) => async (): Promise<{ answer: string }> => ({ answer: text });
    ctx.add("command", { name: "now", description: "Tells the time", run: said("It is late.") });
    const run = async (): Promise<never> => {
      throw new UserError("It is broken.");
    };
    ctx.add("command", { name: "fail", description: "Fails", argumentHint: "[why]", run });
    const spec = { name: "ask", description: "Asks", source: "user" };
    ctx.add("commandSource", {
      name: "skills",
      order: 10,
      list: async () => [spec],
      find: async (name) =>
        name === "ask"
          ? { ...spec, run: async ({ args }) => ({ prompt: [{ type: "text", text: `Ask ${args}` }] }) }
          : undefined,
    });
  },
};
const plugins = ["commands", some, tools, gate];

describe("a command on the command line", () => {
  it.each([
    ["text", "It is late.\n"],
    ["json", /"subtype":"success","is_error":false,.*"num_turns":0,"result":"It is late\."/],
    ["stream-json", /"type":"result","subtype":"success","is_error":false,.*"result":"It is late\."/],
  ])("that is answered without the model is printed as %s", async (format, text) => {
    const flags = { "output-format": format };
    await using run = await drive({ script: [], plugins, flags, words: ["/now"], input: "" });
    expect(await run.code).toBe(0);
    expect(run.stdout()).toMatch(text);
    expect(run.shell.requests).toHaveLength(0);
  });

  it.each<[string, string, number, RegExp]>([
    ["fails", "/fail", 1, /^Error: It is broken\.\n$/],
    ["is unknown", "/nwo", 0, /^$/],
  ])("that %s says so", async (_, typed, code, stderr) => {
    await using run = await drive({ script: [], plugins, words: [typed], input: "" });
    expect(await run.code).toBe(code);
    expect(run.stderr()).toMatch(stderr);
    if (code === 0) expect(run.stdout()).toBe("There is no command /nwo. Did you mean /now?\n");
  });

  it("that expands goes to the model", async () => {
    await using run = await drive({ script: [say("yes")], plugins, words: ["/ask me"], input: "" });
    expect(await run.code).toBe(0);
    expect(run.stdout()).toBe("yes\n");
    expect(run.shell.requests[0]!.messages[0]!.content.slice(0, 2)).toEqual([
      { type: "text", text: "/ask me" },
      { type: "text", text: "Ask me" },
    ]);
  });

  it("is listed in the first line of a stream", async () => {
    const flags = { "output-format": "stream-json" };
    await using run = await drive({ script: [say("hi")], plugins, flags, words: ["hello"], input: "" });
    await run.code;
    expect(run.lines()[0]).toMatchObject({ slash_commands: ["now", "fail", "ask"], skills: ["ask"] });
  });
});

it("writes no result of a call that no reply asked for", async () => {
  const expanding: Plugin = {
    name: "expanding",
    setup: (ctx) =>
      ctx.tap("UserPromptSubmit", async (prompt, session) => {
        await session.use({ name: "Look", input: {} });
        return prompt;
      }),
  };
  const flags = { "output-format": "stream-json" };
  await using run = await drive({
    script: [say("hi")],
    plugins: [...plugins, expanding],
    flags,
    words: ["hello"],
    input: "",
  });
  await run.code;
  expect(run.shell.results()).toHaveLength(1);
  expect(run.lines().map((line) => line["type"])).toEqual(["system", "assistant", "result"]);
});

describe("a command in the terminal", () => {
  it("is run by the session, and listed by /help", async () => {
    await using me = await person([say("yes")], { plugins });
    me.type("/now\r");
    await me.sees("It is late.\n> ");
    me.type("/ask me\r");
    await me.sees("yes\n> ");
    me.type("/fail\r");
    await me.sees("It is broken.\n> ");
    me.type("/nosuch\r");
    await me.sees("There is no command /nosuch.\n> ");
    me.type("/help\r");
    await me.sees("  /now            Tells the time\n  /fail [why]     Fails\n  /ask            Asks\n");
    expect(await me.leave()).toBe(0);
  });
});
