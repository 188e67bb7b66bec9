import type { Diagnostic } from "../../../schemas/parts.js";

/** What was looked at, and everything that is wrong or odd with it. */
export interface Checked {
  readonly kind: "plugin" | "marketplace" | "file";
  readonly path: string;
  readonly name?: string;
  /** What it holds, by kind: how many of each. */
  readonly holds: Readonly<Record<string, number>>;
  readonly problems: readonly Diagnostic[];
}
