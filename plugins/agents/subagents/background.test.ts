import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { textOf } from "../../../schemas/message.js";
import { call, say, type Shell } from "../../../test/boot.js";
import { given, notices, reports, task, team, tool } from "./testing.js";

/** A tool of agents that goes on when the test says so, or when it is stopped. */
function gate(): { readonly plugin: ReturnType<typeof tool>; open(): void; readonly reached: Promise<void> } {
  let open = (): void => {};
  let reach = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const plugin = tool("Gate", async ({ signal }) => {
    reach();
    await Promise.race([opened, new Promise((resolve) => signal.addEventListener("abort", resolve))]);
    return { content: "open" };
  });
  return { plugin, open, reached };
}

const agents = { Explore: [call("Gate", {}), say("Found <it>.")] };
const start = call("Agent", task("Explore", { run_in_background: true, description: "Look around" }));
const last = (shell: Shell): string => textOf(shell.requests.at(-1)!.messages.at(-1)!.content);

async function settled(shell: Shell): Promise<void> {
  for (let waited = 0; waited < 100; waited++) {
    if (notices(shell).some((text) => text.includes("has ended"))) return;
    await new Promise((resolve) => void setTimeout(resolve, 5));
  }
}

describe("an agent in the background", () => {
  it("does not hold up the conversation; its report comes along with the next prompt", async () => {
    const { plugin, open } = gate();
    await using shell = await team({ plugins: [plugin], agents, script: [start, say("on"), say("thanks")] });
    expect((await shell.send("go")).reason).toBe("completed");
    const { details, content } = reports(shell)[0]!;
    expect(details).toMatchObject({ status: "async_launched", agentType: "Explore" });
    expect(content).toContain("works in the background as task");
    open();
    await settled(shell);
    expect(notices(shell)).toEqual([
      "The agent Explore (Look around) has ended; its report goes along with what you send next.",
    ]);
    const { outputFile, agentId } = details as { readonly outputFile: string; readonly agentId: string };
    expect(readFileSync(outputFile, "utf8")).toBe("Found <it>.\n");
    await shell.send("and?");
    expect(last(shell)).toContain(`<task-notice task="${agentId}" worker="Explore" state="completed"`);
    expect(last(shell)).toContain("<result>Found &lt;it&gt;.</result>");
  });

  it("is waited for at the end of a turn that nobody watches", async () => {
    const { plugin, open, reached } = gate();
    await using shell = await team({
      plugins: [plugin],
      agents,
      session: { headless: true },
      script: [start, say("waiting"), say("Found it.")],
    });
    void reached.then(open);
    expect(await shell.send("go")).toMatchObject({ reason: "completed", turns: 3 });
    expect(last(shell)).toContain("<summary>Look around</summary>");
  });

  it("hands its report on beside the next result when it ends in the middle of a turn", async () => {
    const { plugin, open } = gate();
    let isOver = (): boolean => false;
    const pause = tool("Pause", async () => {
      open();
      while (!isOver()) await new Promise((resolve) => void setTimeout(resolve, 5));
      await new Promise((resolve) => void setTimeout(resolve, 5));
      return { content: "paused" };
    });
    await using shell = await team({ plugins: [plugin, pause], agents, script: [start, call("Pause", {}), say("ok")] });
    isOver = () => shell.events.some(({ type }) => type === "close");
    await shell.send("go");
    expect(shell.results().find(({ name }) => name === "Pause")!.context).toEqual([
      expect.stringContaining('state="completed"'),
    ]);
  });

  it("ends with its conversation", async () => {
    const { plugin, reached } = gate();
    await using shell = await team({ plugins: [plugin], agents, script: [start, say("on")] });
    await shell.send("go");
    await reached;
    const closed = new Promise((resolve) => {
      void shell.kernel.load({
        name: "closing",
        setup: (ctx) =>
          ctx.tap("Event", (event, session) => void (event.type === "close" && session.agent && resolve(1))),
      });
    });
    await shell.session.close();
    await closed;
  });

  it("does not keep a turn alive that is stopped", async () => {
    const { plugin, reached } = gate();
    const stopping = new AbortController();
    await using shell = await team({
      plugins: [plugin],
      agents,
      session: { headless: true },
      script: [start, say("waiting"), say("never")],
    });
    void reached.then(() => setTimeout(() => stopping.abort(), 10));
    expect((await shell.send("go", { signal: stopping.signal })).reason).toBe("aborted");
    expect(shell.requests).toHaveLength(3);
  });

  it("is stopped by TaskStop, which is offered from the first one on", async () => {
    const { plugin } = gate();
    await using shell = await team({ plugins: [plugin], agents, script: [start, say("on"), say("ok"), say("x")] });
    expect(shell.kernel.all("tool").map(({ name }) => name)).not.toContain("TaskStop");
    await shell.send("go");
    const { agentId } = reports(shell)[0]!.details as { readonly agentId: string };
    const stop = (id: string): Promise<unknown> => shell.session.use({ name: "TaskStop", input: { task_id: id } });
    expect(await stop("no")).toMatchObject({ output: { isError: true } });
    expect(await stop(agentId)).toMatchObject({ output: { content: `The agent ${agentId} was stopped.` } });
  });

  it("waits with its questions until somebody is there", async () => {
    const asked: string[] = [];
    await using shell = await team({
      settings: given({ one: { background: true } }),
      agents: { one: [call("Write", { file_path: "b.txt", content: "x" }), say("written")] },
      script: [call("Agent", task("one")), say("on"), call("Read", { file_path: "a.txt" }), say("ok")],
      ask: async ({ call: { name }, agent }) => {
        asked.push(`${agent?.type} ${name}`);
        return { behavior: "allow" };
      },
    });
    await shell.send("go");
    const isWaiting = (): boolean => notices(shell).some((text) => text.includes("waits to ask something"));
    for (let waited = 0; !isWaiting() && waited < 100; waited++) await new Promise((go) => void setTimeout(go, 5));
    expect([isWaiting(), asked]).toEqual([true, []]);
    await shell.send("more");
    expect(asked).toEqual(["one Write"]);
  });

  it.each(["NACRE_DISABLE_BACKGROUND_TASKS", "CLAUDE_CODE_DISABLE_BACKGROUND_TASKS"])(
    "is none with %s=1",
    async (name) => {
      await using shell = await team({
        env: { [name]: "1" },
        agents: { Explore: [say("here")] },
        script: [start, say("done")],
      });
      await shell.send("go");
      expect(reports(shell)[0]!.content).toBe("here");
    },
  );
});
