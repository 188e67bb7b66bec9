import { describe, expect, it } from "vitest";
import { shellWith } from "./testing.js";

describe("an alias at the prompt", () => {
  it("runs without a model", async () => {
    await using run = await shellWith('alias ll = LS(path: ".", sort: "size")', { files: { "a.txt": "hello" } });
    const end = await run.shell.send("@ll");
    expect(end).toMatchObject({ reason: "completed", turns: 0 });
    expect(end.message).toContain("a.txt");
    expect(run.shell.requests).toEqual([]);
    const slash = await run.shell.send("/ll");
    expect(slash.message).toEqual(end.message);
  });
});
