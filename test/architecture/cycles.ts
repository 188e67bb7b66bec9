/** One path per circle of imports that a walk meets, such as `a.ts -> b.ts -> a.ts`. */
export function cyclesOf(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const cycles: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  function visit(node: string): void {
    const before = path.indexOf(node);
    if (before >= 0) cycles.push([...path.slice(before), node].join(" -> "));
    if (before >= 0 || done.has(node)) return;
    path.push(node);
    for (const next of graph.get(node) ?? []) visit(next);
    path.pop();
    done.add(node);
  }
  for (const node of graph.keys()) visit(node);
  return cycles;
}
