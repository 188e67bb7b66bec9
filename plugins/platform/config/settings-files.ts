import { existsSync } from "node:fs";
import type { KernelView } from "../../../core/types.js";
import { settingsPlaces } from "../settings-places.js";
import { table } from "../table.js";
import { fileFor } from "./change.js";

/** A settings file of this run, or the place where one could be. */
export interface SettingsFileLine {
  readonly layer: string;
  readonly file: string;
  readonly exists: boolean;
  /** Whether `nacre config set` writes a new key into it. */
  readonly written: boolean;
}

/** The files there are and, for each scope, the one that is written to. */
export function settingsFiles(kernel: KernelView): readonly SettingsFileLine[] {
  const scopes = ["user", "project", "local"] as const;
  const targets = new Set(scopes.map((scope) => fileFor(kernel, [], scope).file));
  return settingsPlaces(kernel)
    .map(({ layer, file }) => ({ layer, file, exists: existsSync(file), written: targets.has(file) }))
    .filter(({ exists, written }) => exists || written);
}

/** The same for people. */
export function settingsFilesText(lines: readonly SettingsFileLine[]): string {
  return table(
    lines.map(({ layer, file, exists, written }) => {
      const notes = [...(exists ? [] : ["not there yet"]), ...(written ? [`set --scope ${layer} writes here`] : [])];
      return [layer, file, notes.join("; ")];
    }),
  );
}
