import { expect, it } from "vitest";
import { call, say } from "../../../test/boot.js";
import { gate, tools } from "../drive.js";
import { person } from "./person.js";

const plugins = ["subagents", tools, gate];

it("asks for an agent like for the conversation, and says which one; what the agent says stays its own", async () => {
  const agents = { "general-purpose": [[say("Inner words."), call("Do", { a: 1 })], say("It is done.")] };
  await using one = await person([call("Agent", { prompt: "Do it." }), say("All done.")], { plugins, agents });
  one.type("go\r");
  await one.sees("Do asks to run:");
  await one.sees("Why it asks: The agent general-purpose asks. It writes.");
  one.type("y");
  await one.sees("All done.");
  expect(one.shown()).not.toContain("Inner words.");
  expect(await one.leave()).toBe(0);
});

it("tells that an agent in the background has ended, and hands its report on with the next line", async () => {
  const agents = { Explore: [say("Found it.")] };
  const start = call("Agent", {
    prompt: "Look.",
    subagent_type: "Explore",
    run_in_background: true,
    description: "Look",
  });
  await using one = await person([start, say("Started."), say("Thanks."), say("Thanks.")], { plugins, agents });
  one.type("go\r");
  await one.sees("Started.");
  one.type("and?\r");
  await one.sees("Thanks.");
  expect(JSON.stringify(one.run.shell.requests.map(({ messages }) => messages))).toContain("Found it.");
  expect(await one.leave()).toBe(0);
});
