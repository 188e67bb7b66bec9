import { expect, it } from "vitest";
import { serveWire, type WireReply } from "../../../test/providers/wire-server.js";
import { pass, ran, withHooks } from "./testing.js";

interface Asked {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
}

/** One answer in the words of Ollama's interface. */
function answer(message: object): WireReply {
  const lines = [
    { message: { role: "assistant", content: "", ...message }, done: false },
    {
      message: { role: "assistant", content: "" },
      done: true,
      done_reason: "stop",
      prompt_eval_count: 1,
      eval_count: 1,
    },
  ];
  const headers = { "content-type": "application/x-ndjson" };
  return { headers, body: lines.map((line) => `${JSON.stringify({ model: "m", ...line })}\n`).join("") };
}

const VERDICT = JSON.stringify({ ok: false, reason: "The change log says nothing." });

it.each(["prompt", "agent"])("asks a real model server for the verdict of a hook of the type %s", async (type) => {
  const asked: Asked[] = [];
  await using server = await serveWire(({ body }) => {
    const request = JSON.parse(body) as Asked;
    asked.push(request);
    const looked = request.messages.some(({ role }) => role === "tool");
    const looks = request.tools?.some((tool) => tool.function.name === "Read") && !looked;
    const call = { function: { name: "Read", arguments: { file_path: "CHANGELOG.md" } } };
    return answer(looks ? { tool_calls: [call] } : { content: VERDICT });
  });
  await using shell = await withHooks(
    { UserPromptSubmit: [{ hooks: [{ type, prompt: "Is the change log up to date?" }] }] },
    {
      plugins: ["ollama", "read", pass],
      files: { "CHANGELOG.md": "Nothing yet." },
      settings: { "ollama.url": server.url },
      session: { provider: "ollama", model: "m" },
    },
  );
  const end = await shell.send("Release it.");
  expect(end).toMatchObject({ reason: "prompt_blocked" });
  expect(end.message).toContain("The change log says nothing.");
  expect(ran(shell).map(({ handler }) => handler)).toEqual([type]);
  expect(asked).toHaveLength(type === "agent" ? 2 : 1);
  if (type === "agent") expect(JSON.stringify(asked[1]!.messages)).toContain("Nothing yet.");
});
