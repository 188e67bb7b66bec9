import { isObject } from "../../../../schemas/json.js";
import { isName } from "../names.js";

/** A plugin that another one needs. */
export interface Dependency {
  readonly name: string;
  readonly market: string;
  readonly id: string;
  /** Versions it takes; any otherwise. */
  readonly range?: string;
}

const MOST = 50;

/** What manifests list under `dependencies`, in all three forms. A bare name means the same marketplace. */
export function dependenciesIn(lists: readonly unknown[], market: string): readonly Dependency[] {
  const all = lists.flatMap((list) => (Array.isArray(list) ? (list as readonly unknown[]) : []));
  const found = new Map<string, Dependency>();
  for (const one of all.slice(0, MOST)) {
    const given = isObject(one) ? one : typeof one === "string" ? written(one) : {};
    const { name, marketplace = market, version } = given;
    if (!isName(name) || !isName(marketplace)) continue;
    const id = `${name}@${marketplace}`;
    if (!found.has(id))
      found.set(id, { name, market: marketplace, id, ...(typeof version === "string" && { range: version }) });
  }
  return [...found.values()];
}

function written(text: string): { readonly name: string; readonly marketplace?: string; readonly version?: string } {
  const at = text.indexOf("@");
  return at > 0 ? { name: text.slice(0, at), marketplace: text.slice(at + 1) } : { name: text };
}
