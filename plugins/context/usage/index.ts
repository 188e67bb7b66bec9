import type { Setup } from "../../../core/types.js";
import type { UsageReports } from "../../../schemas/kinds.js";
import type { ModelRequest } from "../../../schemas/provider.js";
import { AgentReplies } from "./agent-replies.js";
import { Budget } from "./budget.js";
import { Prices } from "./prices.js";
import { reportOn } from "./report.js";

/** Counts tokens and money. Nothing of it runs before somebody asks or a budget is set. */
const setup: Setup = (ctx) => {
  const prices = new Prices(ctx.settings["prices"]);
  const agents = new AgentReplies();
  const service: UsageReports = {
    include: (child, parent) => agents.include(child, parent),
    report: (session) => reportOn(session, ctx.kernel, prices, agents),
  };
  ctx.add("service", { name: "usage", service });

  const most = ctx.settings["max_budget_usd"];
  if (typeof most !== "number") return;
  const budget = new Budget(prices);
  ctx.tap("PreModel", async (request, session) => {
    if (!(most > 0)) return halted(request, `The budget (--max-budget-usd) must be more than 0, not ${most}.`);
    if (budget.isNewlyUnknown(session)) {
      const text = `The price of ${session.model} is not known, so --max-budget-usd cannot stop it; set usage.prices.`;
      session.emit({ type: "notice", at: ctx.kernel.clock.now(), level: "warning", plugin: "usage", text });
    }
    const spent = budget.spent(session);
    if (spent < most) return request;
    return halted(request, `Stopped: $${spent.toFixed(4)} of the budget of $${most} are spent (--max-budget-usd).`);
  });
};

function halted(request: ModelRequest, message: string): ModelRequest {
  return { ...request, halt: { reason: "budget", message } };
}

export default setup;
