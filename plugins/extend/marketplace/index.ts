import { live } from "../../../core/live.js";
import type { Discoverer, Setup } from "../../../core/types.js";
import type { Command } from "../../../schemas/command.js";
import type { Subcommand } from "../../../schemas/front.js";
import { pathsOf } from "./paths.js";
import { installedPlugins } from "./service.js";
import type { Verifier } from "./trust/verify.js";

const VERBS: readonly string[] =
  "install uninstall enable disable update details search configure trust prune marketplace".split(" ");

const setup: Setup = (ctx) => {
  const { kernel } = ctx;
  const paths = pathsOf(kernel.home);
  let known: Promise<Verifier> | undefined;
  const verifier = (): Promise<Verifier> => {
    return (known ??= import("./trust/verify.js").then((module) => new module.Verifier(paths)));
  };
  const start = { kernel, verifier };
  ctx.add(
    "discoverer",
    live<Discoverer>({
      name: "installed",
      find: async (places) => (await import("./find-installed.js")).findInstalled(places, start),
    }),
  );
  for (const verb of VERBS) {
    const run: Subcommand["run"] = async (invocation) => {
      return (await import("./verbs/verbs.js")).runVerb(kernel, verb, invocation);
    };
    ctx.add("subcommand", live<Subcommand>({ name: `plugin ${verb}`, run }));
  }
  const run: Command["run"] = async (call) => (await import("./session-command.js")).pluginCommand(kernel, start, call);
  ctx.add("command", live<Command>({ name: "plugin", run }));
  ctx.add("service", { name: "installed", service: installedPlugins(kernel, paths, verifier) });
};
export default setup;
