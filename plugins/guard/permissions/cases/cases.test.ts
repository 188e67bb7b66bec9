import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMPOSED } from "./composed-cases.js";
import { DENIED } from "./denied-cases.js";
import { EASED } from "./eased-cases.js";
import { FILES, GRAVE } from "./grave-cases.js";
import { GUARDED } from "./guarded-cases.js";
import { HIDING } from "./hiding-cases.js";
import { MENDED } from "./mended-cases.js";
import { MENDED_READING } from "./mended-reading-cases.js";
import { ONCE_PASSED } from "./once-passed-cases.js";
import { OPTIONS } from "./option-cases.js";
import { PATHS } from "./path-cases.js";
import { DOING, READING } from "./reading-cases.js";
import { RULES } from "./rule-cases.js";
import { FURTHER, FURTHER_DOING } from "./further-cases.js";
import { SHELL } from "./shell-cases.js";
import { answerTo, makeTree, type Case, type Tree } from "./table.js";

let tree: Tree;
beforeAll(() => {
  tree = makeTree();
});
afterAll(() => tree.remove());

const TABLES: readonly (readonly [string, readonly Case[]])[] = [
  ["the gate lets nothing pass that hides a command in another", HIDING],
  ["the gate lets known ways of reading pass", READING],
  ["the gate asks when a reading command can do more", DOING],
  ["the gate lets further ways of reading pass, and sees their other forms", [...FURTHER, ...FURTHER_DOING]],
  ["the gate follows what one command hands to another", COMPOSED],
  ["the gate knows options by what they do", OPTIONS],
  ["the gate asks about less, and still about what looks like it", EASED],
  ["the gate follows functions, arrays and lines for a shell", SHELL],
  ["the gate finds what a deny rule forbids wherever it stands", DENIED],
  ["the gate stops what cannot be undone", GRAVE],
  ["the gate judges commands on files by the files", FILES],
  ["the gate reads every form of a rule", RULES],
  ["the gate judges paths by where they lead", PATHS],
  ["the gate no longer lets pass what it once did", [...MENDED, ...MENDED_READING]],
  ["the gate knows what a form of a command does that its like do not", ONCE_PASSED],
  ["the gate guards files that decide what runs later, and secrets", GUARDED],
];

/** What is asked, the answer, and what it shows, which can end in the number of a published hole. */
function titleOf([what, tool, input, answer]: Case): string {
  return `${tool} ${JSON.stringify(input).slice(0, 100)} -> ${answer}: ${what}`;
}

describe.each(TABLES)("%s", (_, cases) => {
  it.each(cases.map((one) => ({ one, title: titleOf(one) })))("$title", async ({ one }) => {
    expect(await answerTo(one, tree)).toBe(one[3]);
  });
});
