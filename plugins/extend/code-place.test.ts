import { expect, it } from "vitest";
import type { Plugin } from "../../core/types.js";
import type { LayerName, Origin } from "../../schemas/settings.js";
import { capabilityText } from "./capability.js";
import { codeLine, codePlace } from "./code-place.js";

type Said = readonly [layer: LayerName, path: string, value: unknown];

function place(plugin: Partial<Plugin>, said: readonly Said[] = [], approved?: readonly string[]): [boolean, string] {
  const origins = (path: string): readonly Origin[] =>
    said.flatMap(([layer, at, value]) => (at === path ? [{ layer, value, source: layer }] : []));
  const found = codePlace({ origins }, { name: "p", origin: "user", ...plugin }, "index.mjs", approved);
  return [found.inside, found.granted.join(" ")];
}

const NONE: Said = ["user", "plugins.p.isolation", "none"];
const asks = { isolation: "none", capabilities: ["exec", "read:workspace"] } as const;
const yes = [codeLine("index.mjs", "none"), capabilityText("exec")];

it.each<[string, [boolean, string], ReturnType<typeof place>]>([
  ["by default", [false, ""], place({})],
  ["what a manifest asks for counts for nothing by itself", [false, ""], place(asks)],
  ["a user's setting lets it in", [true, ""], place({}, [NONE])],
  ["the command line does", [true, ""], place({}, [["flag", "plugins.p.isolation", "none"]])],
  ["a project's setting does not", [false, ""], place({}, [["project", "plugins.p.isolation", "none"]])],
  ["a project's own code is never let in", [false, ""], place({ origin: "project" }, [NONE])],
  ["what was approved counts", [true, "exec"], place({ ...asks, origin: "installed" }, [], yes)],
  [
    "approved code of another module does not",
    [false, ""],
    place({ ...asks, origin: "installed" }, [], ["code: runs x.mjs inside nacre, with all of its rights"]),
  ],
  [
    "a user's setting keeps out what was approved",
    [false, "exec"],
    place({ ...asks, origin: "installed" }, [["user", "plugins.p.isolation", "process"]], yes),
  ],
  [
    "a managed file keeps out what the user lets in",
    [false, ""],
    place({}, [NONE, ["managed", "plugins.p.isolation", "process"]]),
  ],
  ["a managed file lets nothing in", [false, ""], place({}, [["managed", "plugins.p.isolation", "none"]])],
  ["the user grants", [false, "exec env:A"], place({}, [["user", "plugins.p.grants", ["exec", "env:A"]]])],
  [
    "a project does not grant, and its code is not granted",
    [false, ""],
    place({ origin: "project" }, [
      ["user", "plugins.p.grants", ["exec"]],
      ["local", "plugins.p.grants", ["exec"]],
    ]),
  ],
])("code from outside runs in a process of its own: %s", (_what, expected, found) => {
  expect(found).toEqual(expected);
});

it.each<[string, unknown, string]>([
  ["grants", ["exec", "blub"], 'and network, not "blub"'],
  ["grants", ["read:src"], 'and network, not "read:src"'],
  ["grants", [7], "and network, not 7"],
  ["grants", "exec", 'plugins.p.grants must be a list, not "exec"'],
  ["isolation", "proces", 'plugins.p.isolation must be "none" or "process", not "proces"'],
])("a plugin does not start where the user's %s are %j, which would silently be nothing", (key, value, sentence) => {
  expect(() => place({}, [["user", `plugins.p.${key}`, value]])).toThrow(sentence);
});
