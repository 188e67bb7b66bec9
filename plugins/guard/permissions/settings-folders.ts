import { realpathSync } from "node:fs";
import { dirname, isAbsolute, resolve } from "node:path";
import type { SettingsView } from "../../../schemas/settings.js";

export interface SettingsFolders {
  /** Real paths. */
  readonly folders: readonly string[];
  /** One sentence for each that does not count. */
  readonly problems: readonly string[];
}

/** Whether any file says that nothing outside the workspace may be read. */
export function isConfined(settings: SettingsView): boolean {
  const path = "permissions.blockReadsOutsideWorkingDirectories";
  return settings.origins(path).some(({ value }) => value === true);
}

/** The folders that `permissions.additionalDirectories` adds; relative ones start where the settings are about. */
export function settingsFolders(settings: SettingsView, root: string, home: string): SettingsFolders {
  const folders: string[] = [];
  const problems: string[] = [];
  const confined = isConfined(settings);
  for (const { value, source, layer, held } of settings.origins("permissions.additionalDirectories")) {
    if (held !== undefined || !Array.isArray(value)) continue;
    if (confined && layer === "project") continue; // The repository does not widen what it is kept in.
    const base = isAbsolute(source) ? dirname(source).replace(/\/\.(?:nacre|claude)$/, "") : root;
    for (const given of (value as readonly unknown[]).map(String)) {
      const dir = absoluteFolder(given, base, home);
      try {
        folders.push(realpathSync.native(dir));
      } catch {
        problems.push(
          `${source}: the folder ${given} of permissions.additionalDirectories does not count: the folder ${dir} does not exist or cannot be entered.`,
        );
      }
    }
  }
  return { folders, problems };
}

/** A folder as a person names it. */
export function absoluteFolder(dir: string, base: string, home: string): string {
  return dir === "~" || dir.startsWith("~/") ? home + dir.slice(1) : resolve(base, dir);
}
