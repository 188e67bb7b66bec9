import type { CallFacts } from "../calls/call-facts.js";
import type { Shown } from "./could-show.js";
import { strikes, type Anchors } from "./matches.js";
import type { Rule } from "./rule.js";

/** The first of these rules that is about a file which a command names that nobody knows well enough to say what it reads. */
export function couldName(rules: readonly Rule[], facts: CallFacts, anchors: Anchors): Shown | undefined {
  const about = rules.filter(({ tool, specifier }) => (tool === "Read" || tool === "Edit") && specifier);
  const named = about.length > 0 ? facts.command?.named() : undefined;
  if (!named) return undefined;
  const rule = about.find((one) =>
    strikes(one, { ...facts, paths: one.tool === "Read" ? named.paths : named.within }, anchors),
  );
  if (rule) return { rule, why: "it names such a file" };
  const open = about.find(({ tool }) => (tool === "Read" ? named.reads : named.changes));
  return open && { rule: open, why: "not every file that it is about is known" };
}
