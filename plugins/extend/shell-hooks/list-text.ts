import { EVENTS } from "./events.js";
import { whatOf, type Hook } from "./hook.js";
import { oneLine, sanitize } from "../../../schemas/printable.js";

/** Hooks as a person reads them, two lines each. */
export function listText(hooks: readonly Hook[]): string {
  return hooks.length === 0 ? "No hooks are in force." : hooks.map(lines).join("\n");
}

function lines({ event, matcher, handler, source }: Hook): string {
  const on = [event, matcher === undefined || matcher === "" ? "" : `(${matcher})`, handler.if ?? ""].filter(Boolean);
  const missing = EVENTS.get(event)?.missing;
  const never = missing === undefined ? "" : `  [never fires: ${missing}]`;
  const what = `${handler.type}: ${oneLine(whatOf(handler), 100)}`;
  return `${sanitize(on.join(" "))}  ${what}\n    ${sanitize(`${source.label}, ${source.file}`)}${never}`;
}
