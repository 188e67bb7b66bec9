import { expect, it } from "vitest";
import { boot, say } from "../../test/boot.js";
import { sendWhenFree } from "./send-when-free.js";

it("waits for the turn that somebody else has begun", async () => {
  await using shell = await boot({ script: [say("one"), say("two")] });
  const first = shell.send("a");
  await sendWhenFree(shell.session, "b", {});
  expect((await first).reason).toBe("completed");
  expect(shell.session.messages.map(({ role }) => role)).toEqual(["user", "assistant", "user", "assistant"]);
});
