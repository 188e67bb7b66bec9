import { expressionTree, type Node, type OneOf } from "./expression-tree.js";

/** Tells whether a whole text matches. */
export type Expression = (text: string) => boolean;

/** Steps of the machine that an expression becomes: so many are followed for each character at most. */
const MAX_STATES = 2000;

type State = { readonly test: OneOf; next: number } | { readonly test?: undefined; readonly to: number[] };

/**
 * Compiles a regular expression that is anchored at both ends. All its states are followed at once, so that no pattern
 * and no text make it take longer than the product of their lengths. Returns in one phrase why a pattern cannot be used.
 */
export function compileExpression(pattern: string): Expression | string {
  const tree = expressionTree(pattern);
  if (typeof tree === "string") return tree;
  const states: State[] = [{ to: [] }];
  if (!build(tree, 0, states)) return "the expression is too large";
  const start = states.length - 1;
  return (text) => run(states, start, text);
}

/** Adds the states of a node that go on at `next`; its entry is the last state. False: there are too many. */
function build(node: Node, next: number, states: State[]): boolean {
  if (states.length > MAX_STATES) return false;
  switch (node.kind) {
    case "one":
      states.push({ test: node.test, next });
      return true;
    case "all": {
      let after = next;
      for (const part of node.parts.toReversed()) {
        if (!build(part, after, states)) return false;
        after = states.length - 1;
      }
      states.push({ to: [after] });
      return true;
    }
    case "any": {
      const to: number[] = [];
      for (const part of node.parts) {
        if (!build(part, next, states)) return false;
        to.push(states.length - 1);
      }
      states.push({ to });
      return true;
    }
    case "repeat":
      return repeat(node, next, states);
  }
}

function repeat({ part, least, most }: Extract<Node, { kind: "repeat" }>, next: number, states: State[]): boolean {
  let after = next;
  if (most === undefined) {
    const to = [next];
    const loop = states.push({ to }) - 1;
    if (!build(part, loop, states)) return false;
    to.push(states.length - 1);
    after = loop;
  }
  for (let count = most ?? least; count > 0; count--) {
    if (!build(part, after, states)) return false;
    after = states.length - 1;
    if (count > least) after = states.push({ to: [after, next] }) - 1;
  }
  states.push({ to: [after] });
  return true;
}

function run(states: readonly State[], start: number, text: string): boolean {
  let current = reach(states, [start]);
  for (const character of text) {
    const after: number[] = [];
    for (const at of current) {
      const state = states[at]!;
      if (state.test?.(character)) after.push(state.next);
    }
    if (after.length === 0) return false;
    current = reach(states, after);
  }
  return current.has(0);
}

/** Everything that can be got to without a character. */
function reach(states: readonly State[], from: readonly number[]): ReadonlySet<number> {
  const reached = new Set(from);
  for (const at of reached) {
    const state = states[at]!;
    if (!state.test) for (const to of state.to) reached.add(to);
  }
  return reached;
}
