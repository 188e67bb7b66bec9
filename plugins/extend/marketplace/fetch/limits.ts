/** What one fetched tree may hold. */
export interface TreeLimits {
  readonly files: number;
  readonly fileBytes: number;
  readonly bytes: number;
  /** What one entry that breaks a rule costs: the whole tree, or that entry with a note. */
  readonly onFault: "refuse" | "skip";
}

const MB = 1024 * 1024;

/** One plugin. */
export const PLUGIN_LIMITS: TreeLimits = { files: 20_000, fileBytes: 25 * MB, bytes: 200 * MB, onFault: "refuse" };

/** A whole catalogue with the plugins in it: one bad file must not cost the others. */
export const MARKET_LIMITS: TreeLimits = { files: 200_000, fileBytes: 25 * MB, bytes: 1024 * MB, onFault: "skip" };

/** The most that is downloaded for one plugin, packed. */
export const DOWNLOAD_LIMIT: number = 200 * MB;

/** A number of bytes in words. */
export function bytesText(bytes: number): string {
  return bytes >= MB ? `${Math.round(bytes / MB)} MB` : `${Math.ceil(bytes / 1024)} KB`;
}
