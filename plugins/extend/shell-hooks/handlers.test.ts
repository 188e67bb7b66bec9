import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import type { Plugin } from "../../../core/types.js";
import { call, say } from "../../../test/boot.js";
import { lastText, notices, pass, ran, until, withHooks } from "./testing.js";

const on = (event: string, handler: object, matcher = ""): object => ({ [event]: [{ matcher, hooks: [handler] }] });

interface Asked {
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

interface Site extends AsyncDisposable {
  readonly url: string;
  readonly asked: Asked[];
}

/** A real server that answers as it is told. */
async function site(answer: (asked: Asked, response: ServerResponse) => void): Promise<Site> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request
      .on("data", (part) => (body += String(part)))
      .on("end", () => {
        const one = { url: request.url ?? "", headers: request.headers, body };
        asked.push(one);
        answer(one, response);
      });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, asked, [Symbol.asyncDispose]: async () => void (server.closeAllConnections(), server.close()) };
}

describe("An HTTP handler", () => {
  it("posts the event with headers that hold only the variables it may, and is read like a command", async () => {
    const output = { hookSpecificOutput: { hookEventName: "UserPromptSubmit", additionalContext: "From afar." } };
    await using there = await site((_, response) => response.end(JSON.stringify(output)));
    const headers = { authorization: "Bearer $TOKEN", "x-other": "${OTHER}-$ANTHROPIC_API_KEY" };
    const handler = { type: "http", url: `${there.url}/hook`, headers, allowedEnvVars: ["TOKEN", "ANTHROPIC_API_KEY"] };
    const env = { PATH: process.env["PATH"], TOKEN: "t", OTHER: "o", ANTHROPIC_API_KEY: "k" };
    await using shell = await withHooks(on("UserPromptSubmit", handler), { env, script: [say("ok")] });
    await shell.send("go");
    expect(there.asked[0]).toMatchObject({ url: "/hook", headers: { authorization: "Bearer t", "x-other": "-" } });
    expect(JSON.parse(there.asked[0]!.body)).toMatchObject({ hook_event_name: "UserPromptSubmit", prompt: "go" });
    expect(lastText(shell)).toContain("From afar.");
  });

  it.each([
    ["nothing", "", 200, undefined],
    ["a text", "hello", 200, /something other than a JSON object/],
    ["a list", "[]", 200, /something other than a JSON object/],
    ["a status", '{"decision":"block"}', 500, /answered with the status 500/],
  ])("that answers with %s stops nothing", async (_, body, status, sentence) => {
    await using there = await site((__, response) => response.writeHead(status).end(body));
    await using shell = await withHooks(on("UserPromptSubmit", { type: "http", url: there.url }), {
      script: [say("ok")],
    });
    expect((await shell.send("go")).reason).toBe("completed");
    if (sentence) expect(notices(shell).join()).toMatch(sentence);
    else expect(notices(shell)).toEqual([]);
  });

  it("refuses by its answer", async () => {
    await using there = await site((_, response) => response.end('{"decision":"block","reason":"No."}'));
    await using shell = await withHooks(on("UserPromptSubmit", { type: "http", url: there.url }));
    expect(await shell.send("go")).toMatchObject({ reason: "prompt_blocked" });
  });

  it("follows no redirect, near or far, takes its headers nowhere and does not read its body, which might have no end", async () => {
    let open = 0;
    await using other = await site((_, response) => response.end('{"decision":"block"}'));
    await using there = await site(({ url }, response) => {
      if (url === "/end") return void response.end('{"decision":"block"}');
      response.writeHead(url === "/near" ? 307 : 302, { location: url === "/far" ? other.url : "/end" });
      const more = setInterval(() => response.write("x".repeat(1000)), 5);
      open++;
      response.on("close", () => (clearInterval(more), open--));
    });
    const all = ["near", "far", "found"].map((name) => ({
      type: "http",
      url: `${there.url}/${name}`,
      headers: { "x-key": "1" },
    }));
    await using shell = await withHooks({ UserPromptSubmit: [{ hooks: all }] }, { script: [say("ok")] });
    expect((await shell.send("go")).reason).toBe("completed");
    expect(there.asked.map(({ url }) => url).toSorted()).toEqual(["/far", "/found", "/near"]);
    expect(other.asked).toEqual([]);
    expect(notices(shell).join()).toContain(
      "/near answered with a redirect to /end, and none is followed; set that address.",
    );
    await until(() => open === 0);
  });

  it("that redirects counts as failed where a failure is to block", async () => {
    await using there = await site((_, response) => response.writeHead(308, { location: "/end" }).end());
    const hook = { type: "http", url: there.url, onFailure: "block" };
    await using shell = await withHooks(on("UserPromptSubmit", hook));
    expect(await shell.send("go")).toMatchObject({ reason: "prompt_blocked" });
  });

  it("is kept to the addresses and variables that settings list", async () => {
    await using there = await site((_, response) => response.end(""));
    const handler = { type: "http", url: `${there.url}/a`, headers: { a: "$A$B" }, allowedEnvVars: ["A", "B"] };
    const env = { PATH: process.env["PATH"], A: "1", B: "2" };
    const settings = { allowedHttpHookUrls: [`${there.url}/*`], httpHookAllowedEnvVars: ["B"] };
    await using shell = await withHooks(on("UserPromptSubmit", handler), { env, settings, script: [say("ok")] });
    await shell.send("go");
    expect(there.asked[0]!.headers["a"]).toBe("2");
    await using none = await withHooks(on("UserPromptSubmit", handler), {
      settings: { allowedHttpHookUrls: [] },
      script: [say("ok")],
    });
    await none.send("go");
    expect(there.asked).toHaveLength(1);
    expect(notices(none).join()).toContain('is not among the addresses that "allowedHttpHookUrls" lists');
  });

  it("is given up when its time is up, its address is dead or its answer has no end", async () => {
    await using slow = await site(() => {});
    await using endless = await site((_, response) => {
      const more = (): void => void (response.write("x".repeat(100_000)) && setImmediate(more));
      response.on("drain", more).on("error", () => {});
      more();
    });
    const hooks = [
      { type: "http", url: slow.url, timeout: 0.2 },
      { type: "http", url: "http://127.0.0.1:1/" },
      { type: "http", url: "ftp://127.0.0.1/" },
      { type: "http", url: endless.url },
    ];
    await using shell = await withHooks({ UserPromptSubmit: [{ hooks }] }, { script: [say("ok")] });
    expect((await shell.send("go")).reason).toBe("completed");
    const said = notices(shell).join("\n");
    for (const part of ["took longer than 0.2 s", "ECONNREFUSED", "is no http or https address", "larger than 1 MB"]) {
      expect(said).toContain(part);
    }
  });
});

const server: Plugin = {
  name: "server",
  setup(ctx) {
    const inputSchema = { type: "object" };
    const run = async (input: object): Promise<{ content: string }> => ({
      content: JSON.stringify({ decision: "block", reason: `saw ${JSON.stringify(input)}` }),
    });
    ctx.add("tool", { name: "mcp__plugin_demo_db__check", description: "", inputSchema, effect: "read", run });
    const broken = async (): Promise<{ content: string; isError: boolean }> => ({
      content: "It broke.",
      isError: true,
    });
    ctx.add("tool", { name: "mcp__plugin_demo_db__broken", description: "", inputSchema, effect: "read", run: broken });
  },
};

describe("An MCP tool handler", () => {
  const handler = {
    type: "mcp_tool",
    server: "plugin:demo:db",
    tool: "check",
    input: { text: "p=${prompt}", n: 1, all: "${prompt}" },
  };

  it("calls the tool through the session, with values of the event, and reads its text like a command's", async () => {
    await using shell = await withHooks(on("UserPromptSubmit", handler), { plugins: [server, pass] });
    expect((await shell.send("go")).message).toContain('saw {"text":"p=go","n":1,"all":"go"}');
    expect(shell.events).toContainEqual(
      expect.objectContaining({ type: "call", name: "mcp__plugin_demo_db__check", apart: true }),
    );
  });

  it("is not called for its own call", async () => {
    const hooks = on("PreToolUse", { ...handler, input: { text: "${tool_name}" } });
    const script = [call("mcp__plugin_demo_db__check", {}), say("ok")];
    await using shell = await withHooks(hooks, { plugins: [server, pass], script });
    await shell.send("go");
    expect(ran(shell)).toHaveLength(1);
    expect(shell.results()[0]!.apart).toBe(true);
  });

  it.each([
    ["there is no such server", { server: "gone" }, /there is no MCP server "gone"/],
    ["the server has no such tool", { tool: "gone" }, /the MCP server "plugin:demo:db" has no tool "gone"/],
    ["the tool fails", { tool: "broken" }, /mcp__plugin_demo_db__broken failed: It broke/],
  ])("stops nothing when %s", async (_, more, sentence) => {
    const hooks = on("UserPromptSubmit", { ...handler, ...more });
    await using shell = await withHooks(hooks, { plugins: [server, pass], script: [say("ok")] });
    expect((await shell.send("go")).reason).toBe("completed");
    expect(notices(shell).join()).toMatch(sentence);
  });

  it("stops nothing when nobody may allow it", async () => {
    await using shell = await withHooks(on("UserPromptSubmit", handler), {
      plugins: [server, "permissions"],
      script: [say("ok")],
    });
    expect((await shell.send("go")).reason).toBe("completed");
    expect(notices(shell).join()).toContain("was not allowed");
  });
});

const verdict = (value: object): ReturnType<typeof say> => say(`I think: ${JSON.stringify(value)}`);

describe("A prompt handler", () => {
  it("asks the model without tools, and lets pass what is in order", async () => {
    const handler = { type: "prompt", prompt: "Is \\$5 in $ARGUMENTS fine?" };
    await using shell = await withHooks(on("UserPromptSubmit", handler), {
      script: [verdict({ ok: true }), say("ok")],
    });
    expect((await shell.send("go")).reason).toBe("completed");
    const [judging] = shell.requests;
    expect(judging).toMatchObject({ tools: [] });
    expect(judging!.system.join()).toContain("Answer with one JSON object");
    expect(JSON.stringify(judging!.messages)).toMatch(/Is \$5 in {\\"session_id/);
    expect(shell.requests).toHaveLength(2);
  });

  it.each([
    ["UserPromptSubmit", {}, { reason: "prompt_blocked", message: "Too vague.\n\nOriginal prompt: go" }],
    ["PreToolUse", {}, { reason: "hook_stopped", message: "Too vague." }],
    ["PreToolUse", { continueOnBlock: true }, { reason: "completed" }],
    ["PostToolUse", {}, { reason: "hook_stopped", message: "Too vague." }],
    ["PostToolUse", { continueOnBlock: true }, { reason: "completed" }],
    ["PostToolBatch", {}, { reason: "hook_stopped", message: "Too vague." }],
    ["PermissionRequest", {}, { reason: "completed" }],
  ])("that is not content with %s %j ends with %j", async (event, more, end) => {
    const no = verdict({ ok: false, reason: "Too vague." });
    const look = call("Bash", { command: "touch x" }, "c1");
    const script = event === "UserPromptSubmit" ? [no] : [look, no, say("ok")];
    const gate = event === "PermissionRequest" ? "permissions" : pass;
    const handler = { type: "prompt", prompt: "Fine?", ...more };
    await using shell = await withHooks(on(event, handler), { plugins: ["bash", gate], script });
    expect(await shell.send("go")).toMatchObject(end);
  });

  it.each(["/boom now", " /boom", "$ARGUMENTS"])("types no command: %s", async (text) => {
    let booms = 0;
    const boom: Plugin = {
      name: "boom",
      setup: (ctx) =>
        ctx.add("command", { name: "boom", description: "", run: async () => ({ answer: String(++booms) }) }),
    };
    const hooks = on("UserPromptSubmit", { type: "prompt", prompt: text });
    const script = [verdict({ ok: true }), say("ok")];
    await using shell = await withHooks(hooks, { plugins: ["commands", boom], script });
    await shell.send("go");
    expect(booms).toBe(0);
    expect(shell.requests).toHaveLength(2);
  });

  it("keeps a turn going until it is content, or sees that it cannot be", async () => {
    const no = verdict({ ok: false, reason: "No tests." });
    const hooks = on("Stop", { type: "prompt", prompt: "Tested?" });
    await using shell = await withHooks(hooks, { script: [say("done"), no, say("tested"), verdict({ ok: true })] });
    expect((await shell.send("go")).reason).toBe("completed");
    expect(JSON.stringify(shell.session.messages)).toContain("No tests.");
    const never = verdict({ ok: false, reason: "No network.", impossible: true });
    await using other = await withHooks(hooks, { script: [say("done"), never] });
    expect((await other.send("go")).reason).toBe("completed");
    expect(other.requests).toHaveLength(2);
  });

  it("stops nothing when the model gives no verdict", async () => {
    const handler = { type: "prompt", prompt: "Fine?" };
    await using shell = await withHooks(on("UserPromptSubmit", handler), { script: [say("Hm."), say("ok")] });
    expect((await shell.send("go")).reason).toBe("completed");
    expect(notices(shell).join()).toContain("the model did not answer with");
  });
});

describe("An agent handler", () => {
  it("looks around with tools that read before it judges, and no hook fires for it", async () => {
    const handler = { type: "agent", prompt: "Is a.txt empty?" };
    const script = [call("Read", { file_path: "a.txt" }), verdict({ ok: false, reason: "It is not." })];
    const hooks = {
      ...on("UserPromptSubmit", handler),
      ...on("PreToolUse", { type: "command", command: "touch fired" }),
      SubagentStart: [],
    };
    await using shell = await withHooks(hooks, { plugins: ["read", "bash", pass], files: { "a.txt": "text" }, script });
    expect(await shell.send("go")).toMatchObject({ reason: "prompt_blocked" });
    expect(shell.requests[0]!.tools.map(({ name }) => name)).toEqual(["Read"]);
    expect(JSON.stringify(shell.requests[1]!.messages)).toContain("text");
    expect(ran(shell).map(({ handler: type }) => type)).toEqual(["agent"]);
  });
});
