import type { Simple, Statement } from "./script.js";

/** The variables that a statement can set where it stands, also by functions that it calls. */
export function assignedBy(statement: Statement, bodies: ReadonlyMap<string, Statement>): ReadonlySet<string> {
  const found = new Set<string>();
  const called = new Set<string>();
  visit(statement, function each(simple): void {
    if (typeof simple === "string") return void found.add(simple);
    const head = simple.words[0]?.text;
    for (const { text } of simple.words) {
      const body = called.has(text) ? undefined : bodies.get(text);
      called.add(text);
      if (body) visit(body, each);
    }
    if (head === undefined || /^(?:export|local)$/.test(head))
      for (const { name } of simple.assignments) found.add(name);
    // Also behind other words.
    const at = simple.words.findIndex(({ text }) => /^(?:read|mapfile|readarray)$/.test(text));
    if (at >= 0) for (const { text } of simple.words.slice(at + 1)) found.add(text);
  });
  return found;
}

function visit(statement: Statement, each: (simple: Simple | string) => void): void {
  switch (statement.kind) {
    case "simple":
      return each(statement);
    case "block":
      for (const { statement: part } of statement.parts) visit(part, each);
      return;
    case "choice":
      for (const { test, body } of statement.branches) {
        if (test) visit(test, each);
        visit(body, each);
      }
      return;
    case "loop":
      if (statement.name !== undefined) each(statement.name);
      if (statement.test) visit(statement.test, each);
      visit(statement.body, each);
      return;
    case "test":
    case "definition":
    case "hidden":
  }
}
