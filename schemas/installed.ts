import type { JsonObject, JsonValue } from "./json.js";

/** What was installed from marketplaces, packages, archives and folders, and whether it is still what was approved. */
export interface InstalledPlugins {
  /**
   * Why a plugin's folder must not act, in sentences for people; undefined when its files are those that were approved,
   * or when the folder was not installed by nacre. Ask before anything in it is imported, run or started. Hashes at
   * first use, then compares times and sizes: well under a millisecond.
   */
  verify(dir: string): Promise<string | undefined>;
  /** The marketplace entry through which a folder was installed, as `PackageContext.entry` wants it. */
  entryOf(dir: string): InstalledEntry | undefined;
  /** Names of plugins that were approved with hooks that judge calls, and whose files are not what was approved. */
  silenced(): Promise<readonly string[]>;
  /** What the user answered to the plugin's `userConfig`, defaults filled in. */
  options(dir: string): Promise<PluginOptions>;
}

/**
 * A marketplace's entry that stands for a plugin's manifest: what it says, the file it stands in, and the folder that
 * its paths begin at.
 */
export interface InstalledEntry {
  readonly value: JsonObject;
  readonly file: string;
  readonly root: string;
}

/** What a person has answered a plugin's questions with, by name. */
export interface PluginOptions {
  readonly values: Readonly<Record<string, JsonValue>>;
  /** Names among them whose values must not reach the model. */
  readonly sensitive: readonly string[];
}
