import type { Plugin } from "../../core/types.js";
import type { SettingsView } from "../../schemas/settings.js";
import { EXIT, UserError } from "../../schemas/errors.js";
import { capabilityIn, capabilityText } from "./capability.js";

/** Where a plugin's code runs, and with what rights. */
export interface CodePlace {
  /** True: inside nacre, where it can do everything that nacre can. */
  readonly inside: boolean;
  /** What it may do from a process of its own, in the words of `capabilities`. */
  readonly granted: readonly string[];
  /** How its user lets it run inside nacre, as the end of a sentence. */
  readonly remedy: string;
}

/** What the manifest says of code, as it is shown and written down at installation. */
export function codeLine(main: string, isolation: Plugin["isolation"]): string {
  return isolation === "none"
    ? `code: runs ${main} inside nacre, with all of its rights`
    : `code: runs ${main} in a process of its own`;
}

/**
 * Code from outside runs in a process of its own. It runs inside nacre where the user's settings say so, or where an
 * installed plugin asks for it and that was approved; `approved` are the lines that were. A project's never does. It may
 * do what was approved, and what the user's settings grant. Throws a UserError where those say what is neither.
 */
export function codePlace(
  settings: Pick<SettingsView, "origins">,
  { name, origin, isolation, capabilities = [] }: Plugin,
  main: string,
  approved: readonly string[] = [],
): CodePlace {
  const said = usersValue(settings, `plugins.${name}.isolation`);
  if (said !== undefined && said !== "none" && said !== "process")
    throw wrong(`plugins.${name}.isolation must be "none" or "process"`, said);
  const asked = isolation === "none" && approved.includes(codeLine(main, "none"));
  const isProjects = origin === "project";
  const grants = isProjects ? undefined : usersValue(settings, `plugins.${name}.grants`);
  const given = grants === undefined ? [] : grantsIn(grants, `plugins.${name}.grants`);
  return {
    inside: !isProjects && said !== "process" && (said === "none" || asked),
    granted: [...new Set([...capabilities.filter((one) => approved.includes(capabilityText(one))), ...given])],
    remedy: isProjects
      ? "install it, or name its folder with --plugin-dir, to let it run inside nacre"
      : `if you trust whoever wrote it, let it run inside nacre with: nacre config set plugins.${name}.isolation none`,
  };
}

/** A word that is misspelt grants nothing, which would be hard to see. */
function grantsIn(value: unknown, key: string): readonly string[] {
  if (!Array.isArray(value)) throw wrong(`${key} must be a list`, value);
  const bad: unknown = value.find((one) => typeof one !== "string" || !capabilityIn(one));
  if (bad !== undefined) throw wrong(`${key} takes ${WORDS}`, bad);
  return value as readonly string[];
}

const WORDS = "read:PATH, write:PATH (absolute, ~/... or workspace), env:NAME, exec, workers, addons and network";

function wrong(sentence: string, value: unknown): UserError {
  return new UserError(`${sentence}, not ${JSON.stringify(value)}`, EXIT.plugin);
}

/** What the user has set, whatever a project says. A managed file has the last word where it is stricter. */
function usersValue(settings: Pick<SettingsView, "origins">, path: string): unknown {
  const all = settings.origins(path);
  if (all.some(({ layer, value }) => layer === "managed" && value === "process")) return "process";
  const own = all.filter(({ layer }) => layer === "user" || layer === "environment" || layer === "flag");
  return own.at(-1)?.value;
}
