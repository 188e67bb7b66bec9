import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { KernelView } from "../../core/types.js";
import type { Session } from "../../schemas/session.js";
import { pluginData } from "../../schemas/plugin-data.js";
import { projectRoot } from "../../schemas/project-root.js";
import type { PromptSource } from "./prompt-source.js";

/** The variables that the text of a skill or command may use, under all their names. */
export async function promptVariables(
  kernel: KernelView,
  { part, data, body }: PromptSource,
  session: Session,
): Promise<Readonly<Record<string, string>>> {
  const { owner } = part;
  const variables: Record<string, string> = {};
  const both = (name: string, value: string): void => {
    for (const prefix of ["CLAUDE_", "NACRE_"]) variables[prefix + name] = value;
  };
  both("SESSION_ID", session.id);
  both("PROJECT_DIR", projectRoot(session.root, kernel.home));
  both("EFFORT", typeof data["effort"] === "string" ? data["effort"] : "medium");
  both("SKILL_DIR", dirname(part.file));
  if (!owner.namespaced) return variables;
  both("PLUGIN_ROOT", owner.dir);
  variables["PLUGIN_ROOT"] = owner.dir;
  if (body.includes("PLUGIN_DATA")) {
    const folder = pluginData(kernel.home, owner);
    mkdirSync(folder, { recursive: true });
    both("PLUGIN_DATA", folder);
    variables["PLUGIN_DATA"] = folder;
  }
  if (body.includes("{user_config.")) Object.assign(variables, await options(kernel, owner.dir));
  return variables;
}

/** What the user answered; secrets are not for the model. */
async function options(kernel: KernelView, dir: string): Promise<Readonly<Record<string, string>>> {
  const given = await (await kernel.service("installed"))?.options(dir);
  return Object.fromEntries(
    Object.entries(given?.values ?? {}).map(([key, value]) => {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      return [`user_config.${key}`, given?.sensitive.includes(key) === true ? `[${key} is secret]` : text];
    }),
  );
}
