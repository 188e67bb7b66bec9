import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { Command } from "../../../schemas/command.js";
import type { PendingCall } from "../../../schemas/decision.js";
import type { Subcommand } from "../../../schemas/front.js";
import { userHome } from "../../../schemas/user-home.js";
import { Keeper } from "./keeper.js";

const VERBS = ["trust", "trust show", "trust list", "trust revoke"] as const;

const setup: Setup = (ctx) => {
  const { kernel, settings } = ctx;
  // Whoever said no is not surprised by anything that is written or run there.
  const refuse = async (pending: PendingCall): Promise<PendingCall | undefined> => {
    if (!keeper.isDeclined || pending.effect === "read" || pending.effect === "ui") return undefined;
    const reason =
      "This folder was declined when it was to be trusted, so the session only reads; /trust yes changes it.";
    return { ...pending, decision: { behavior: "deny", reason } };
  };
  let refuses = false;
  const onDecline = (): void => {
    if (!refuses) ctx.tap("PreToolUse", refuse, { stage: -50 });
    refuses = true;
  };
  const keeper: Keeper = new Keeper({
    kernel,
    userHome: userHome(kernel.env),
    workspace: settings["workspace"] === true,
    folders: Array.isArray(settings["folders"]) ? (settings["folders"] as readonly unknown[]) : [],
    onDecline,
  });
  ctx.add("service", { name: "trust", service: keeper });
  for (const name of VERBS) {
    const run: Subcommand["run"] = async (invocation) => {
      return (await import("./subcommand.js")).runVerb({ kernel, keeper, verb: name, invocation });
    };
    ctx.add("subcommand", live<Subcommand>({ name, run }));
  }
  const run: Command["run"] = async (call) => (await import("./command.js")).trustCommand(kernel, keeper, call);
  ctx.add("command", live<Command>({ name: "trust", run }));
};

export default setup;
