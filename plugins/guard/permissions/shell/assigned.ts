import type { Simple, Statement } from "./script.js";

/** The variables that a statement can set where it stands. */
export function assignedBy(statement: Statement): ReadonlySet<string> {
  const found = new Set<string>();
  visit(statement, (simple) => {
    if (typeof simple === "string") return void found.add(simple);
    const head = simple.words[0]?.text;
    if (head === undefined || head === "export") for (const { name } of simple.assignments) found.add(name);
    // Also behind other words.
    const at = simple.words.findIndex(({ text }) => text === "read");
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
    case "hidden":
  }
}
