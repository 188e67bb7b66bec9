import { UserError } from "../../../schemas/errors.js";
import type { FlagValue } from "../../../schemas/front.js";
import type { InstalledFor, SettingsScope } from "./state/installed-file.js";

/** The scope a command line asks for; `user` otherwise. */
export function scopeOf(value: FlagValue | undefined): SettingsScope {
  if (value === undefined) return "user";
  if (value === "user" || value === "project" || value === "local") return value;
  throw new UserError(`--scope must be user, project or local, not ${JSON.stringify(value)}.`);
}

/** For whom something is installed at a scope. */
export function forScope(scope: SettingsScope, project: string): InstalledFor {
  return scope === "user" ? { scope } : { scope, project };
}

export function isSame(a: InstalledFor, b: InstalledFor): boolean {
  return a.scope === b.scope && a.project === b.project;
}
