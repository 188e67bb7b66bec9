import { describe, expect, it } from "vitest";
import { placeIn, setIn, unsetIn, valueIn } from "./edit-settings.js";

type Step = readonly [key: string, value?: unknown];

function after(file: string, text: string, ...steps: readonly Step[]): string {
  return steps.reduce((now, step) => {
    const path = step[0].split("/");
    return step.length === 1 ? unsetIn({ file, text: now }, path) : setIn({ file, text: now }, path, step[1]);
  }, text);
}

interface Case {
  readonly what: string;
  readonly file: string;
  readonly text: string;
  readonly steps: readonly Step[];
  readonly result: string;
}

const TOML: readonly Case[] = [
  {
    what: "a value keeps what stands around it",
    file: "a.toml",
    text: "# top\n[api] # h\n  model   =  'x'  # why\n",
    steps: [["api/model", "y"]],
    result: '# top\n[api] # h\n  model   =  "y"  # why\n',
  },
  {
    what: "a new key goes below its siblings, indented like them",
    file: "a.toml",
    text: "[api]\n  model = 'x' # why\n\n# about b\n[b]\n",
    steps: [["api/max", 5]],
    result: "[api]\n  model = 'x' # why\n  max = 5\n\n# about b\n[b]\n",
  },
  {
    what: "a key at the top goes above the first table and its comment",
    file: "a.toml",
    text: "# about b\n[b]\nx = 1\n",
    steps: [["debug", true]],
    result: "debug = true\n\n# about b\n[b]\nx = 1\n",
  },
  {
    what: "a missing table is added at the end",
    file: "a.toml",
    text: "a = 1\n",
    steps: [
      ["x/y z/k", [1, "two"]],
      ["x/y z/l", 1.5],
    ],
    result: 'a = 1\n\n[x."y z"]\nk = [1, "two"]\nl = 1.5\n',
  },
  {
    what: "a dotted key gets dotted siblings, because its table cannot have a header",
    file: "a.toml",
    text: "[a]\nb.c = 1 # c\nd = 2\n",
    steps: [["a/b/x", 3]],
    result: "[a]\nb.c = 1 # c\nb.x = 3\nd = 2\n",
  },
  {
    what: "a table that only its own tables speak of gets a header",
    file: "a.toml",
    text: "[a.b.c]\nx = 1\n",
    steps: [["a/b/y", 2]],
    result: "[a.b.c]\nx = 1\n\n[a.b]\ny = 2\n",
  },
  {
    what: "an inline table stays inline",
    file: "a.toml",
    text: 'a = { "b c" = 1 } # c\ne = {}\n',
    steps: [["a/b c", 2], ["a/d/e", 3], ["e/f", 1], ["a/b c"]],
    result: "a = { d.e = 3 } # c\ne = { f = 1 }\n",
  },
  {
    what: "a list keeps the items that stay, with their comments",
    file: "a.toml",
    text: 'l = [\n  "a", # A\n  "b", # B\n  "c" # C\n]\n',
    steps: [["l", ["b", "c", "d"]]],
    result: 'l = [\n  "b", # B\n  "c", # C\n  "d"\n]\n',
  },
  {
    what: "a table that is taken out goes with all that is in it",
    file: "a.toml",
    text: "[a]\nx = 1\n[a.b]\ny = 2 # y\n[[c]]\nz = 1\n# end\n",
    steps: [["a"], ["c"]],
    result: "# end\n",
  },
  {
    what: "a table becomes a value",
    file: "a.toml",
    text: "x = 1\n[a]\ny = 1\n",
    steps: [["a", 5]],
    result: "x = 1\na = 5\n",
  },
  {
    what: "a text without a final line break stays without",
    file: "a.toml",
    text: "a = 1",
    steps: [["b", 2], ["a"], ["c/d", "é\u007f"], ["b"]],
    result: '\n[c]\nd = "é\\u007f"',
  },
];

const JSONC: readonly Case[] = [
  {
    what: "a new property goes on a line of its own, after the comment of the last one",
    file: "a.jsonc",
    text: '{\n\t// one\n\t"a": {"b": 1}, // two\n\t"n": null // three\n}\n',
    steps: [
      ["a/c", [1]],
      ["x/y", 5],
      ["n", false],
    ],
    result: '{\n\t// one\n\t"a": {"b": 1, "c": [1]}, // two\n\t"n": false, // three\n\t"x": {\n\t\t"y": 5\n\t}\n}\n',
  },
  {
    what: "a trailing comma stays one",
    file: "a.jsonc",
    text: '{"a": 1, "b": [1, 2,],}',
    steps: [["b", [1, 2, 3]], ["c", {}], ["a"]],
    result: '{"b": [1, 2, 3,], "c": {},}',
  },
  {
    what: "the last property goes with the comma before it",
    file: "a.json",
    text: '{\n  "a": 1,\n  "b": 2\n}\n',
    steps: [["b"]],
    result: '{\n  "a": 1\n}\n',
  },
  {
    what: "an empty file becomes an object, and an empty object gets lines",
    file: "a.json",
    text: "",
    steps: [["a/b", "c"], ["a"], ["d", 1]],
    result: '{\n  "d": 1\n}\n',
  },
  {
    what: "comments in an object without properties stay above the first",
    file: "a.jsonc",
    text: "{\n  // nothing yet\n}",
    steps: [["a", 1]],
    result: '{\n  // nothing yet\n  "a": 1\n}',
  },
];

const YAML: readonly Case[] = [
  {
    what: "a value keeps what stands around it, and a new one goes below its siblings",
    file: "a.yaml",
    text: "# hi\napi:\n    model:   x # c\n    # end\n\nb: 1\n",
    steps: [
      ["api/model", "on"],
      ["api/max", 5],
    ],
    result: '# hi\napi:\n    model:   "on" # c\n    max: 5\n    # end\n\nb: 1\n',
  },
  {
    what: "lists in lines keep the items that stay",
    file: "a.yml",
    text: "l:\n- a # A\n- b # B\nm: [1, 2]\n",
    steps: [
      ["l", ["b", "c d"]],
      ["m", [1, 2, 3]],
    ],
    result: 'l:\n- b # B\n- "c d"\nm: [1, 2, 3]\n',
  },
  {
    what: "a block becomes a value behind its key",
    file: "a.yaml",
    text: "a: # why\n  b: 1 # one\n# c\nt: |\n  te\n  xt\nl:\n- 1\n",
    steps: [
      ["a", true],
      ["t", "q"],
      ["l", ["x"]],
    ],
    result: "a: true # why\n# c\nt: q\nl: [x]\n",
  },
  {
    what: "a key without a value becomes a table",
    file: "a.yaml",
    text: "a:   # nothing\nb: 1\n",
    steps: [["a/c/d", 1]],
    result: "a:   # nothing\n  c:\n    d: 1\nb: 1\n",
  },
  {
    what: "a table whose last value goes is gone",
    file: "a.yaml",
    text: "a:\n  b:\n    c: 1\nd: 2\n",
    steps: [["a/b/c"]],
    result: "d: 2\n",
  },
  {
    what: "what is not written plainly is rewritten by the library, comments included",
    file: "a.yaml",
    text: "? a # odd\n: 1\n",
    steps: [["b", 2]],
    result: "a:\n  # odd\n  1\nb: 2\n",
  },
];

describe("Editing a settings file", () => {
  it.each([...TOML, ...JSONC, ...YAML])("$file: $what", ({ file, text, steps, result }) => {
    expect(after(file, text, ...steps)).toBe(result);
  });

  it.each([...TOML, ...JSONC, ...YAML])("$file with Windows line breaks and a byte order mark: $what", (one) => {
    const windows = (text: string): string => `\uFEFF${text.replaceAll("\n", "\r\n")}`;
    // A file that has no line break yet says nothing about which it wants.
    if (!one.text.includes("\n")) return;
    const result = after(one.file, windows(one.text), ...one.steps);
    expect(result.replaceAll("\r\n", "")).not.toContain("\n");
    expect(result).toBe(windows(one.result));
  });

  it.each([
    ["a.toml", "a = \n", /a\.toml:1:5 is not valid .*nothing was changed/],
    ["a.json", '{"a": }', /a\.json is not valid/],
    ["a.yaml", "a: [1\n", /a\.yaml is not valid/],
    ["a.toml", "x = 1\n", /"x" is a value, not a table/],
    ["a.toml", "[[x]]\na = 1\n", /"x" is a list, not a table/],
    ["a.json", "[]", /its content is a list/],
    ["a.yaml", "a: 1\n---\nb: 1\n", /is not valid/],
    ["a.yaml", "b: &b 1\nx:\n  y: *b\n  z: *b\n", undefined],
    ["a.ini", "", /only TOML, JSON, JSONC and YAML/],
  ])("refuses to touch %s holding %j unless it can be done", (file, text, message) => {
    const edit = (): string => setIn({ file, text }, ["x", "y"], 5);
    if (message) expect(edit).toThrow(message);
    else expect(valueIn({ file, text: edit() }, ["x"])).toEqual({ y: 5, z: 1 });
  });

  it("refuses to change a YAML value that others refer to", () => {
    const edit = (): string => setIn({ file: "a.yaml", text: "a: &a\n  x: 1\nb: *a\n" }, ["a", "x"], 2);
    expect(edit).toThrow(/other values would change with it/);
  });

  it.each([
    ["a.toml", "[a]\n\n b.c = 1\n", "3:2"],
    ["a.toml", "[a.b.c]\n", "1:2"],
    ["a.toml", "a = { b.d = 1, b.c = 1 }", "1:16"],
    ["a.json", '\uFEFF{"a": {"b":\n {"c": 1}}}', "2:3"],
    ["a.yaml", "a:\n  b: {x: 1, c: 2}\n", "2:13"],
    ["a.toml", "[a]\n", undefined],
    ["a.toml", "[a", undefined],
  ])("finds in %s %j the place of a key", (file, text, place) => {
    const found = placeIn({ file, text }, ["a", "b", "c"]);
    expect(found && `${found.line}:${found.column}`).toBe(place);
  });
});
