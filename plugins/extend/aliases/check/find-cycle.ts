import type { Alias, Book } from "../book.js";

/** The way from `target` back to `alias` through the calls of aliases, beginning and ending with `alias`. */
export function findCycle(alias: Alias, target: Alias, book: Pick<Book, "resolve">): readonly string[] | undefined {
  const seen = new Set<Alias>();
  const open: { readonly at: Alias; readonly way: readonly string[] }[] = [{ at: target, way: [alias.name] }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { at, way } = next;
    if (at === alias) return [...way, alias.name];
    if (seen.has(at)) continue;
    seen.add(at);
    for (const { call } of at.declaration.steps) {
      const callee = call.of === "alias" ? book.resolve(call.name, at) : undefined;
      if (callee && "declaration" in callee) open.push({ at: callee, way: [...way, at.name] });
    }
  }
  return undefined;
}
