import type { UsageReport } from "../../../schemas/kinds.js";
import { table } from "../table.js";

/** What the run used: the models, then the tools that were called. */
export function usageText({ models, tools }: UsageReport): string {
  const spent = Object.entries(models).map(([model, { calls, input, output, cost }]) =>
    [model, calls, input, output, `$${cost.toFixed(4)}`].map(String),
  );
  const used = Object.entries(tools)
    .filter(([, { calls }]) => calls > 0)
    .map(([name, { calls, tokens, plugin }]) => [name, plugin, calls, tokens].map(String));
  return [
    table(spent, { head: ["Model", "Calls", "Tokens in", "Tokens out", "Cost"], right: [1, 2, 3, 4] }),
    table(used, { head: ["Tool", "Plugin", "Calls", "Tokens (about)"], right: [2, 3] }),
  ].join("\n");
}
