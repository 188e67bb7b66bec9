import type { Command, CommandSource, CommandSpec } from "../../../schemas/command.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import { UNATTENDED } from "../../../hooks/judge.js";
import type { Alias, BrokenAlias } from "./book.js";
import type { AliasDesk } from "./desk.js";
import { hintOf } from "./hint.js";

/** Aliases as `/name arguments`. */
export function aliasSource(desk: AliasDesk): Omit<CommandSource, "order"> {
  return {
    name: "aliases",
    find: async (name) => {
      const found = (await desk.book()).find(name);
      return found && commandOf(found, desk);
    },
    list: async () => (await desk.book()).all().map(specOf),
  };
}

function commandOf(found: Alias | BrokenAlias, desk: AliasDesk): Command {
  return {
    ...("fault" in found ? { name: found.name, description: "" } : specOf(found)),
    async run({ args, session, signal }) {
      const { ok, text, refused } = await desk.run(found, { args, session, signal });
      if (ok || refused?.by === UNATTENDED) return { answer: text };
      throw new UserError(text === "" ? `/${found.name} failed.` : text, EXIT.failed);
    },
  };
}

function specOf({ name, declaration }: Alias): CommandSpec {
  const { description, params, steps } = declaration;
  const callee = steps[0]?.call;
  const hint = hintOf(params);
  return {
    name,
    description:
      description ??
      `Runs ${callee?.of === "alias" ? "@" : ""}${callee?.name ?? "nothing"}${steps.length > 1 ? " and more" : ""}`,
    ...(hint !== "" && { argumentHint: hint }),
  };
}
