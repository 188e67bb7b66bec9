import type { CallFacts } from "../calls/call-facts.js";
import type { Shown } from "./could-show.js";
import { speaksFor, strikes, type Anchors } from "./matches.js";
import type { Rule } from "./rule.js";

/** The first of these rules that is about a file, or a command, which one names that nobody knows well enough to say what it does. */
export function couldName(rules: readonly Rule[], facts: CallFacts, anchors: Anchors): Shown | undefined {
  const about = rules.filter(({ tool, specifier }) => (tool === "Read" || tool === "Edit") && specifier);
  const commands = rules.filter((rule) => rule.specifier?.kind === "command" && speaksFor(rule, facts.tool));
  const named = about.length + commands.length > 0 ? facts.command?.named() : undefined;
  if (!named) return undefined;
  const inside = commands.find((one) => named.texts.some((text) => holds(text, one)));
  if (inside) return { rule: inside, why: "it hands on a text that holds such a command" };
  const rule = about.find((one) =>
    strikes(one, { ...facts, paths: one.tool === "Read" ? named.paths : named.within }, anchors),
  );
  if (rule) return { rule, why: "it names such a file" };
  const open = about.find(({ tool }) => (tool === "Read" ? named.reads : named.changes));
  return open && { rule: open, why: "not every file that it is about is known" };
}

/** Whether a text holds the words with which the commands begin that a rule is about. */
function holds(text: string, { specifier }: Rule): boolean {
  const words = specifier?.kind === "command" ? specifier.pattern.split("*", 1)[0]!.trim() : "";
  const at = words === "" ? -1 : text.indexOf(words);
  return at >= 0 && !/[\w-]$/.test(text.slice(0, at)) && !/^[\w-]/.test(text.slice(at + words.length));
}
