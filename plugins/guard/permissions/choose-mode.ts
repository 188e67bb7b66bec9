import { UserError, messageOf } from "../../../schemas/errors.js";
import type { Origin, SettingsView } from "../../../schemas/settings.js";
import { profileLayers } from "../profile.js";
import { BYPASS, modeNamed, type Mode } from "./modes.js";

/** What decides over the mode that asks for nothing. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether the program has the rights of the administrator. */
  readonly root: boolean;
}

/** Variables by which a container says that nothing in it needs to be kept. */
const SANDBOX_VARIABLES: readonly string[] = ["IS_SANDBOX"];

/**
 * The mode that settings and flags ask for. Throws a UserError when there is no such mode or it may not be used;
 * `warn` is told of values that do not count.
 */
export function chosenMode(settings: SettingsView, machine: Machine, warn: (sentence: string) => void): Mode {
  requireProfile(settings);
  const given = [...settings.origins("permissions.mode"), ...settings.origins("permissions.defaultMode")];
  const strength = (origin: Origin): number => LAYERS.indexOf(origin.layer);
  for (const { value, layer, source, held } of given.sort((a, b) => strength(a) - strength(b)).toReversed()) {
    if (held !== undefined) continue;
    const mode = named(value, source);
    if (mode.name === BYPASS && (layer === "project" || layer === "local")) {
      warn(`${source}: a project cannot choose the permission mode "${String(value)}", so it does not count.`);
      continue;
    }
    requireAllowed(mode, settings, machine);
    return mode;
  }
  return modeNamed("default");
}

/** Settings that forbid the mode in which nobody is asked, whoever wrote them. `auto` is one of its names here. */
const SWITCHES: readonly string[] = [
  "permissions.disableBypassPermissionsMode",
  "permissions.disableAutoMode",
  "disableAutoMode",
];

/** A profile that cannot be followed, or that nobody has applied, is said before anything runs. */
function requireProfile(settings: SettingsView): void {
  for (const { source } of profileLayers(settings)) {
    if (settings.layers.some((layer) => layer.source === source)) continue;
    throw new UserError(`The ${source} needs the plugin "profiles", which is not loaded.`);
  }
}

const LAYERS: readonly string[] = ["default", "user", "project", "local", "environment", "flag", "managed"];

function named(value: unknown, source: string): Mode {
  try {
    return modeNamed(String(value));
  } catch (error) {
    throw new UserError(`${source}: ${messageOf(error)}`);
  }
}

/** Throws a UserError that names the remedy when a mode may not be used here at all. */
export function requireAllowed(mode: Mode, settings: SettingsView, { env, root }: Machine): void {
  if (mode.name !== BYPASS) return;
  for (const path of SWITCHES) {
    const forbidding = settings.origins(path).find(({ value }) => value === "disable" || value === true);
    if (!forbidding) continue;
    throw new UserError(`The permission mode "${BYPASS}" is switched off by ${path} in ${forbidding.source}.`);
  }
  if (root && !SANDBOX_VARIABLES.some((name) => /^(?:1|true|yes)$/i.test(env[name] ?? ""))) {
    throw new UserError(
      `The permission mode "${BYPASS}" is refused for root: run as another user, or set IS_SANDBOX=1 inside a container that may be lost.`,
    );
  }
}

/** Whether the run was started so that the mode may be switched on later. */
export function mayBypass(settings: SettingsView): boolean {
  if (settings.get("permissions.allowBypass") === true) return true;
  return ["permissions.mode", "permissions.defaultMode"].some((path) =>
    settings.origins(path).some(({ value, layer, held }) => {
      return held === undefined && layer !== "project" && layer !== "local" && isBypass(value);
    }),
  );
}

function isBypass(value: unknown): boolean {
  try {
    return modeNamed(String(value)).name === BYPASS;
  } catch {
    return false;
  }
}
