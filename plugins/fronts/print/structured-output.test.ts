import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { call, say } from "../../../test/boot.js";
import { drive } from "../drive.js";
import { checkSchema, readSchema, withoutFormat } from "./json-schema.js";
import { connect } from "./test-client.js";

const SCHEMA = {
  type: "object",
  properties: { city: { type: "string" }, people: { type: "integer" } },
  required: ["city"],
};
const flags = { "json-schema": JSON.stringify(SCHEMA) };
const answer = (input: object): ReturnType<typeof call> => call("StructuredOutput", input);

describe("an answer in the form of a schema", () => {
  it("is asked for with a tool and printed as JSON", async () => {
    const script = [answer({ city: "Bern" }), say("There you are.")];
    await using run = await drive({ words: ["go"], input: "", flags, script });
    expect(await run.code).toBe(0);
    expect(JSON.parse(run.stdout())).toEqual({ city: "Bern" });
    const offered = run.shell.requests[0]?.tools.find((tool) => tool.name === "StructuredOutput");
    expect(offered?.inputSchema).toEqual(SCHEMA);
  });

  it("stands in the result line", async () => {
    const script = [answer({ city: "Bern" }), say("There you are.")];
    const all = { ...flags, "output-format": "json" };
    await using run = await drive({ words: ["go"], input: "", flags: all, script });
    await run.code;
    expect(JSON.parse(run.stdout())).toMatchObject({
      subtype: "success",
      structured_output: { city: "Bern" },
      result: "There you are.",
    });
  });

  it("may be of any type", async () => {
    const schema = { type: "array", items: { $ref: "#/definitions/n" }, definitions: { n: { type: "number" } } };
    const all = { "json-schema": JSON.stringify(schema) };
    const script = [answer({ value: ["one"] }), answer({ value: [1, 2] }), say("ok")];
    await using run = await drive({ words: ["go"], input: "", flags: all, script });
    expect(await run.code).toBe(0);
    expect(JSON.parse(run.stdout())).toEqual([1, 2]);
  });

  it("is offered also where only some tools are", async () => {
    const script = [answer({ city: "Bern" }), say("ok")];
    const settings = { "tools.allowed": ["Look"] };
    await using run = await drive({ words: ["go"], input: "", flags, settings, script });
    expect(await run.code).toBe(0);
    expect(run.shell.requests[0]?.tools.map((tool) => tool.name)).toEqual(["Look", "StructuredOutput"]);
  });

  it("is reminded of when the model forgets it", async () => {
    const script = [say("Bern."), answer({ city: "Bern" }), say("ok")];
    await using run = await drive({ words: ["go"], input: "", flags, script });
    expect(await run.code).toBe(0);
    expect(run.shell.requests[1]?.messages.at(-1)?.content).toEqual([
      { type: "text", text: expect.stringContaining("Call the tool StructuredOutput now") as string },
    ]);
  });

  it.each([
    ["is forgotten", Array.from({ length: 6 }, () => say("Bern."))],
    ["does not fit", Array.from({ length: 6 }, () => answer({ city: 1 }))],
  ])("is given up when it %s six times", async (_, script) => {
    const all = { ...flags, "output-format": "json" };
    await using run = await drive({ words: ["go"], input: "", flags: all, script });
    expect(await run.code).toBe(1);
    expect(run.shell.requests).toHaveLength(6);
    expect(JSON.parse(run.stdout())).toMatchObject({
      subtype: "error_max_structured_output_retries",
      terminal_reason: "structured_output_retry_exhausted",
      is_error: true,
      errors: [expect.any(String)],
    });
  });

  it("is owed anew in every turn of a client that asks for it at the start", async () => {
    const script = [answer({ city: "Bern" }), say("ok"), answer({ city: "Chur" }), say("ok")];
    await using client = await connect(script);
    await client.request({ subtype: "initialize", jsonSchema: SCHEMA });
    client.user("one");
    client.user("two");
    expect(await client.close()).toBe(0);
    expect(client.results().map((result) => result["structured_output"])).toEqual([{ city: "Bern" }, { city: "Chur" }]);
  });
});

describe("a schema", () => {
  it("can stand in a file", () => {
    const dir = mkdtempSync(join(tmpdir(), "nacre-"));
    writeFileSync(join(dir, "city.json"), JSON.stringify(SCHEMA));
    expect(readSchema("city.json", dir)).toEqual(SCHEMA);
    rmSync(dir, { recursive: true });
  });

  it.each([
    ["nowhere.json", "nowhere.json is not usable: it is neither JSON nor a file."],
    ["[]", "it must be a JSON object."],
    ['{"properties":{"a":{"type":"int"}}}', 'at "properties/a/type"'],
    ['{"required":"a"}', 'at "required"'],
    ['{"pattern":"("}', "regular expression"],
    ['{"$ref":"#/definitions/none"}', "none"],
  ])("is refused with its place: %s", (text, words) => {
    expect(() => readSchema(text, "/tmp")).toThrow(words);
  });

  it("says in words what a format means, which is not enforced", () => {
    const schema = {
      properties: { format: { type: "string", format: "date", description: "When." } },
      enum: [{ format: "x" }],
      items: [{ format: "uri" }],
    };
    expect(withoutFormat(checkSchema(schema, "test"))).toEqual({
      properties: { format: { type: "string", description: "When. (format: date)" } },
      enum: [{ format: "x" }],
      items: [{ description: "(format: uri)" }],
    });
  });
});
