import { describe, expect, it } from "vitest";
import { call, say } from "../../../test/boot.js";
import { gate, tools } from "../drive.js";
import { finish, person, waiting } from "./person.js";

describe("the plain front", () => {
  it("greets, shows the answer as it comes and leaves at Ctrl-D", async () => {
    await using me = await person([say("Hi\u001b[2J there.")]);
    await me.sees("script-1 (test-script)");
    await me.sees("> ");
    me.type("hello\r");
    await me.sees("Hi\\x1b[2J there.\n");
    expect(await me.leave()).toBe(0);
    expect(me.shown()).toContain("To go on with this conversation: nacre --resume ");
  });

  it("shows a line for each call with its outcome", async () => {
    await using me = await person([call("Look", { file_path: "a.txt" }), say("done")]);
    me.type("go\r");
    await me.sees("Look a.txt: done\ndone\n");
    expect(await me.leave()).toBe(0);
  });

  it("shows what a tool gave back when asked to show more", async () => {
    await using me = await person([call("Look", {}), say("done")], { flags: { verbose: true } });
    me.type("go\r");
    await me.sees("Look: done\n  Look {}\n");
  });

  it("takes a paste of several lines as one prompt", async () => {
    await using me = await person([say("ok")]);
    me.type("\u001b[200~one\n\ttwo\u001b[201~!");
    await me.sees("one\u23ce\u21e5two!");
    me.type("\r");
    await me.sees("ok");
    expect(me.run.shell.requests[0]?.messages[0]?.content).toEqual([{ type: "text", text: "one\n\ttwo!" }]);
  });

  it("keeps what is typed while a turn runs for the next line", async () => {
    await using me = await person([call("Wait", {}), say("one"), say("two")], { plugins: [tools, gate, waiting] });
    me.type("go\r");
    await me.sees("Wait");
    me.type("next\r");
    finish();
    await me.sees("one\n> next\n");
    await me.sees("two");
  });

  it("stops a turn at Ctrl-C and goes on", async () => {
    await using me = await person([call("Wait", {}), say("two")], { plugins: [tools, gate, waiting] });
    me.type("go\r");
    await me.sees("Wait");
    me.type("\u0003");
    await me.sees("Stopped.\n> ");
    me.type("again\r");
    await me.sees("two");
  });

  it("clears a line at Ctrl-C, and leaves at two on an empty one", async () => {
    await using me = await person([]);
    await me.sees("> ");
    me.type("draft\u0003");
    await me.sees("^C\n> ");
    me.type("\u0003");
    await me.sees("Ctrl-C once more, or Ctrl-D, leaves.\n> ");
    me.type("\u0003");
    expect(await me.run.code).toBe(0);
    expect(me.run.shell.requests).toEqual([]);
  });

  it("goes on after an error of the model", async () => {
    await using me = await person([]);
    me.type("go\r");
    await me.sees("The test's script has ended.\n");
    expect(await me.leave()).toBe(0);
  });

  it("asks whether to go on where a checkpoint stops", async () => {
    const settings = { "limits.checkpoint": 1, "limits.stop_at_checkpoint": true };
    await using me = await person([call("Look", {}), say("done")], { settings });
    me.type("go\r");
    await me.sees("Go on? y = yes, n = no ");
    me.type("y");
    await me.sees("yes\ndone\n");
  });

  it("ends when nothing more can be typed, also while a turn runs", async () => {
    await using me = await person([call("Wait", {})], { plugins: [tools, gate, waiting] });
    me.type("go\r");
    await me.sees("Wait");
    me.run.stdin.end();
    expect(await me.run.code).toBe(130);
  });

  it("ends with 143 at SIGTERM and stops the turn", async () => {
    await using me = await person([call("Wait", {})], { plugins: [tools, gate, waiting] });
    me.type("go\r");
    await me.sees("Wait");
    process.emit("SIGTERM", "SIGTERM");
    expect(await me.run.code).toBe(143);
    expect(me.shown()).toContain("Stopped.");
  });

  it.each([
    ["/model other", "Model: other (test-script)"],
    ["/mode plan", "There are no permission modes: no permission gate is loaded."],
    ["/usage", "Usage is not counted: the plugin `usage` is not loaded."],
    ["/clear", "A new conversation begins."],
    ["/help", "Ctrl-C stops the answer at hand"],
    ["/dance", "There is no command /dance. /help lists them."],
  ])("knows the line %s", async (line, words) => {
    await using me = await person([]);
    me.type(`${line}\r`);
    await me.sees(words);
    me.type("/exit\r");
    expect(await me.run.code).toBe(0);
  });

  it("takes a line that only looks like a command as a prompt", async () => {
    await using me = await person([say("ok")]);
    me.type("/etc/hosts is what?\r");
    await me.sees("ok");
  });
});
