import { expect, it } from "vitest";
import { needVerb } from "./need-verb.js";

const names = ["plant", "plant new", "plant water", "plant care for", "seed"].map((name) => ({ name }));
const all = (() => names) as unknown as Parameters<typeof needVerb>[0]["all"];

it.each([
  [[], "Say what to do: nacre plant new, water or care for."],
  [["gro\u001bw"], 'nacre plant does not know "gro\\x1bw": nacre plant new, water or care for.'],
])("names the verbs there are behind %j", (positionals, sentence) => {
  const invocation = { positionals, flags: {}, io: {} } as unknown as Parameters<typeof needVerb>[2];
  expect(() => needVerb({ all }, "plant", invocation)).toThrow(sentence);
});
