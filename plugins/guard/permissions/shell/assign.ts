import type { Assignment, Word } from "./script.js";
import { setVariable, type State, type Walk } from "./state.js";
import { ANY } from "./value.js";
import { isHarmless, isOwn } from "./variables.js";

const MAX_ITEMS = 500;
/** At line breaks only, or as it was. */
const PARTS = /^(?: \t)?\n$/;

/** Follows an assignment that stands alone. */
export function followAssignment(assignment: Assignment, state: State, walk: Walk): void {
  const { name, more, elements } = assignment;
  if (elements) return followArray(assignment, elements, { state, walk });
  const value = walk.value(assignment.value, state);
  const used = new RegExp(`\\$\\{?#?${name}\\b|\\$\\(\\([^)]*\\b${name}\\b`).test(walk.line);
  const parts = name === "IFS" && !more && value.kind === "texts" && value.texts.every((one) => PARTS.test(one));
  if (!parts && !isHarmless(assignment) && !(isOwn(name) && used))
    walk.hide(`it sets the variable ${name || "of an array"}`);
  setVariable(state, name, more ? ANY : value);
}

function followArray(
  { name, more }: Assignment,
  words: readonly Word[],
  { state, walk }: { readonly state: State; readonly walk: Walk },
): void {
  if (!isOwn(name)) walk.hide(`it sets the variable ${name}`);
  const [items, ...others] = walk.variants(words, state);
  const before = more ? state.variables.get(`${name}[@]`) : ({ kind: "list", items: [] } as const);
  const isKnown = before?.kind === "list" && items && others.length === 0;
  const list =
    isKnown && before.items.length + items.length <= MAX_ITEMS
      ? ({ kind: "list", items: [...before.items, ...items] } as const)
      : ANY;
  setVariable(state, `${name}[@]`, list);
}
