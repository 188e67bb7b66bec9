import { expect, it } from "vitest";
import { boot, call, say } from "../test/boot.js";

it("answers a prompt with what the model says", async () => {
  await using shell = await boot({ script: [say("hello")] });
  const end = await shell.send("hi");
  expect(end.reason).toBe("completed");
  expect(shell.session.messages).toEqual([
    { role: "user", content: [{ type: "text", text: "hi" }] },
    { role: "assistant", content: [{ type: "text", text: "hello" }] },
  ]);
});

it("runs a tool and hands the model its result", async () => {
  await using shell = await boot({
    plugins: [
      {
        name: "adder",
        setup: (ctx) =>
          ctx.add("tool", {
            name: "Add",
            description: "Adds",
            inputSchema: { type: "object", properties: { a: { type: "number" } }, required: ["a"] },
            effect: "read",
            run: async (input) => ({ content: String(Number(input["a"]) + 1) }),
          }),
      },
    ],
    script: [[call("Add", { a: 1 }), call("Add", { a: "x" }), call("Nope", {})], say("done")],
  });
  expect((await shell.send("go")).reason).toBe("completed");
  expect(shell.session.messages[2]).toMatchObject({
    content: [{ content: "2" }, { is_error: true }, { is_error: true }],
  });
});
