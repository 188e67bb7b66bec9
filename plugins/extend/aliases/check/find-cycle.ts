import type { Alias, Book } from "../book.js";

/** What is looked at in a book. */
type Aliases = Pick<Book, "resolve" | "all">;

/** Circles that are told with their whole way. */
const MOST_WAYS = 50;

interface Circles {
  /** Aliases with the same number can reach each other. */
  readonly groups: ReadonlyMap<Alias, number>;
  told: number;
}

const known = new WeakMap<Aliases, Circles>();

/**
 * The way from `alias` through `target` back to `alias`, beginning and ending with it; undefined where there is none. Of
 * very many circles in one book only the first are told with the whole way.
 */
export function findCycle(alias: Alias, target: Alias, book: Aliases): readonly string[] | undefined {
  let circles = known.get(book);
  if (!circles) known.set(book, (circles = { groups: groupsOf(book), told: 0 }));
  const { groups } = circles;
  if (groups.get(alias) !== groups.get(target)) return undefined;
  if (circles.told++ >= MOST_WAYS) return [alias.name, target.name, "...", alias.name];
  return [alias.name, ...wayTo(alias, target, book)];
}

/** From `target` to `alias`, which can be reached. */
function wayTo(alias: Alias, target: Alias, book: Aliases): readonly string[] {
  const from = new Map<Alias, Alias | undefined>([[target, undefined]]);
  for (const at of from.keys()) {
    if (at === alias) break;
    for (const next of calleesOf(at, book)) if (!from.has(next)) from.set(next, at);
  }
  const way: string[] = [];
  for (let at: Alias | undefined = alias; at; at = from.get(at)) way.unshift(at.name);
  return way;
}

function calleesOf(alias: Alias, book: Aliases): readonly Alias[] {
  const callees = alias.declaration.steps.flatMap(({ call }) => {
    const callee = call.of === "alias" ? book.resolve(call.name, alias) : undefined;
    return callee && "declaration" in callee ? [callee] : [];
  });
  return [...new Set(callees)];
}

/** Tarjan's strongly connected components, without recursion: a chain may be as long as a file. */
function groupsOf(book: Aliases): ReadonlyMap<Alias, number> {
  const groups = new Map<Alias, number>();
  const order = new Map<Alias, number>();
  const lowest = new Map<Alias, number>();
  const waiting: Alias[] = [];
  for (const root of book.all()) {
    if (order.has(root)) continue;
    const open: { readonly at: Alias; readonly rest: Alias[] }[] = [];
    const enter = (at: Alias): void => {
      order.set(at, order.size);
      lowest.set(at, order.get(at)!);
      waiting.push(at);
      open.push({ at, rest: [...calleesOf(at, book)] });
    };
    enter(root);
    for (let top = open.at(-1); top; top = open.at(-1)) {
      const { at, rest } = top;
      const next = rest.pop();
      if (next && !order.has(next)) enter(next);
      else if (next) {
        if (!groups.has(next)) lowest.set(at, Math.min(lowest.get(at)!, order.get(next)!));
      } else {
        open.pop();
        const above = open.at(-1)?.at;
        if (above) lowest.set(above, Math.min(lowest.get(above)!, lowest.get(at)!));
        if (lowest.get(at) === order.get(at)) close(at, waiting, groups);
      }
    }
  }
  return groups;
}

/** Takes a finished component off those that wait. */
function close(root: Alias, waiting: Alias[], groups: Map<Alias, number>): void {
  const number = groups.size;
  for (let at = waiting.pop(); at; at = waiting.pop()) {
    groups.set(at, number);
    if (at === root) return;
  }
}
