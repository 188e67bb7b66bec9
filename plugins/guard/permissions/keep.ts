import type { PluginContext } from "../../../core/types.js";
import type { Destination, PermissionUpdate } from "../../../schemas/decision.js";
import { messageOf } from "../../../schemas/errors.js";
import type { SettingsWriter } from "../../../schemas/kinds.js";
import { BYPASS, modeNamed } from "./modes.js";
import { textsOf } from "./session-law.js";

type Scope = Parameters<SettingsWriter["set"]>[2];

const SCOPES: Readonly<Record<Exclude<Destination, "session">, Scope>> = {
  localSettings: "local",
  projectSettings: "project",
  userSettings: "user",
};

/** What became of a change that was to be kept. */
export interface Kept {
  /** The file it was written to. Absent: it holds for the session only. */
  readonly file?: string;
  /** What the person should know. */
  readonly notes: readonly string[];
}

/**
 * Writes a change of permissions into the settings file it is meant for, so that it holds in later runs too. Files only
 * get stricter or grow: what takes a deny or ask rule out of one, or lets a project skip all questions, is not written.
 */
export async function keep(ctx: PluginContext, update: PermissionUpdate): Promise<Kept> {
  const { destination } = update;
  if (destination === "session") return { notes: [] };
  const scope = SCOPES[destination];
  const unwritten = (why: string): Kept => ({
    notes: [
      `The change of permissions holds for this session only; it was not written to the ${scope} settings: ${why}.`,
    ],
  });
  if (loosens(update)) return unwritten("a person takes such a thing out by hand");
  const writer = await ctx.kernel.service("settingsWriter");
  if (!writer) return unwritten("no plugin that writes settings is loaded");
  try {
    return await write(writer, update, scope);
  } catch (error) {
    return unwritten(messageOf(error).replace(/\.$/, ""));
  }
}

function loosens(update: PermissionUpdate): boolean {
  switch (update.type) {
    case "setMode":
      return modeNamed(update.mode).name === BYPASS && update.destination !== "userSettings";
    case "removeRules":
    case "replaceRules":
      return update.behavior !== "allow";
    default:
      return false;
  }
}

async function write(writer: SettingsWriter, update: PermissionUpdate, scope: Scope): Promise<Kept> {
  switch (update.type) {
    case "setMode":
      return { notes: [await writer.set("permissions.defaultMode", modeNamed(update.mode).name, scope)] };
    case "addDirectories":
      return writer.change("permissions.additionalDirectories", { add: update.directories }, scope);
    case "removeDirectories":
      return writer.change("permissions.additionalDirectories", { remove: update.directories }, scope);
    case "addRules":
      return writer.change(`permissions.${update.behavior}`, { add: textsOf(update) }, scope);
    case "removeRules":
      return writer.change(`permissions.${update.behavior}`, { remove: textsOf(update) }, scope);
    case "replaceRules":
      return writer.change(`permissions.${update.behavior}`, { add: textsOf(update), others: "remove" }, scope);
  }
}
