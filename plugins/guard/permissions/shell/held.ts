import type { Place } from "../paths/judge-path.js";
import type { State } from "./state.js";
import { ANY, NUMBER, texts, type Value } from "./value.js";

/** How blanks part words where nothing says otherwise. */
const PARTING = " \t\n";

/** What a variable holds, or an element of an array. */
export function variableOf(name: string, { variables, cwds }: State, { home }: Place): Value {
  const [, array, place] = /^(\w+)\[(\d+)\]$/.exec(name) ?? [];
  if (array !== undefined) return elementOf(variables.get(`${array}[@]`), Number(place));
  const known = variables.get(name);
  if (known) return known;
  if (name === "IFS") return texts(PARTING);
  if (name === "PWD") return texts(...cwds);
  if (name === "HOME") return texts(home);
  return /^(?:[?#$]|UID|EUID|PPID|RANDOM|SECONDS|LINENO)$/.test(name) ? NUMBER : ANY;
}

function elementOf(array: Value | undefined, place: number): Value {
  if (array?.kind === "names" || array?.kind === "texts") return array;
  const isOpen = array?.kind !== "list" || array.items.some(({ wild, base, unknown }) => wild || base || unknown);
  const item = isOpen ? undefined : array.items[place];
  return item && !item.tilde ? texts(item.text) : ANY;
}

/** What holds after a function: its own variables are what they were before, or none. */
export function withoutLocals(
  { variables, locals }: State,
  before: ReadonlyMap<string, Value>,
): ReadonlyMap<string, Value> {
  const left = new Map(variables);
  for (const name of [...(locals ?? [])].flatMap((one) => [one, `${one}[@]`])) {
    const old = before.get(name);
    if (old) left.set(name, old);
    else left.delete(name);
  }
  return left;
}
