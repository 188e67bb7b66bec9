import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chunksOf, providerNamed, requestOf, saidIn } from "../../../test/providers/provider.js";
import { loadScript } from "./load.js";

describe("a script file", () => {
  let dir: string;
  beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), "nacre-script-"))));
  afterAll(() => rmSync(dir, { recursive: true }));

  const load = async (name: string, text: string): Promise<string> => {
    writeFileSync(join(dir, name), text);
    try {
      const { main } = await loadScript(join(dir, name), name);
      return main.steps.map(({ place, turn }) => `${place} ${String(turn.text)}`).join(", ");
    } catch (error) {
      return String(error);
    }
  };

  it.each([
    ["a.yaml", "# comment\n- text: one\n\n- text: two\n", "a.yaml:2 one, a.yaml:4 two"],
    ["a.jsonl", '{"text":"one"}\n\n{"text":"two"}\r\n', "a.jsonl:1 one, a.jsonl:3 two"],
    ["a.json", '[\n {"text":"one"}]', "a.json:2 one"],
    ["empty.yaml", "", ""],
    ["b.yaml", "- text: one\n- text: [\n", /^UserError: b\.yaml:3:1: /],
    ["b.jsonl", '{"text":"one"}\n{"text" "two"}\n', /^UserError: b\.jsonl:2:9: this line is no JSON object: /],
    ["c.yaml", "text: one\n", "UserError: c.yaml:1:1: the script must be a list of turns"],
    [
      "d.yaml",
      "- text: one\n- txt: two\n",
      /^UserError: d\.yaml:2:3: turn 2 has an unknown key `txt` \(known: text, thinking/,
    ],
    ["e.yaml", "- call:\n    name: 3\n", "UserError: e.yaml:2:11: turn 1: call.name must be a text"],
    ["f.yaml", "- fault: overload\n", /^UserError: f\.yaml:1:10: turn 1: fault must be one of overloaded, rate_limit/],
    ["g.yaml", "- fault: { kind: auth, times: 2 }\n", /^UserError: g\.yaml:1:31: turn 1: fault\.times has no meaning/],
    ["h.yaml", "- expect: /(/\n", /^UserError: h\.yaml:1:11: turn 1: expect is no regular expression/],
    [
      "i.jsonl",
      '{"text":"a"}\n{"repeat":0}\n',
      "UserError: i.jsonl:2:1: turn 2: repeat must be a whole number, 1 or more",
    ],
    ["k.yaml", "- when: [x]\n", "UserError: k.yaml:1:9: turn 1: when must be a text, a /regex/ or an object of them"],
    ["j.yaml", "- when: { result: x }\n", /^UserError: j\.yaml:1:9: turn 1: when has an unknown key `result`/],
  ])("%s is read, or refused with file, line and column", async (name, text, outcome) => {
    const said = await load(name, text);
    if (typeof outcome === "string") expect(said).toBe(outcome);
    else expect(said).toMatch(outcome);
  });

  it("that is missing or no file is named, and a pipe or a device is not even opened", async () => {
    execFileSync("mkfifo", [join(dir, "pipe")]);
    await expect(loadScript(join(dir, "pipe"), "pipe")).rejects.toThrow("the script pipe is no regular file");
    await expect(loadScript("/dev/zero", "zero")).rejects.toThrow("the script zero is no regular file");
    await expect(loadScript(join(dir, "no.yaml"), "no.yaml")).rejects.toThrow(
      "the script no.yaml cannot be read: there is no such file",
    );
    await expect(loadScript(dir, "dir")).rejects.toThrow("the script dir is no regular file");
  });

  it("is found by the setting behind --script or by NACRE_SCRIPT, also under the name `stub`, and read again when it changed", async () => {
    const path = join(dir, "live.yaml");
    writeFileSync(path, "- text: one\n");
    const flagged = await providerNamed("scripted", { "scripted.file": path });
    expect(flagged.aliases).toEqual(["stub"]);
    expect(saidIn(await chunksOf(flagged, requestOf("go")))).toBe("one");
    writeFileSync(path, "- text: another\n");
    expect(saidIn(await chunksOf(flagged, requestOf("go")))).toBe("another");
    const named = await providerNamed("scripted", {}, { NACRE_SCRIPT: path });
    expect(saidIn(await chunksOf(named, requestOf("go")))).toBe("another");
  });

  it("that nobody named, or that cannot be read, ends the request with a sentence", async () => {
    const said = async (settings: object): Promise<string> =>
      saidIn(await chunksOf(await providerNamed("scripted", { ...settings }), requestOf("go")));
    expect(await said({})).toMatch(
      /^config: the scripted provider has no script: .*--script FILE.*NACRE_SCRIPT.*scripted\.file/,
    );
    expect(await said({ "scripted.file": "/no/such.yaml" })).toBe(
      "config: the script /no/such.yaml cannot be read: there is no such file",
    );
  });
});
