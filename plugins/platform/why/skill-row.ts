/** A skill as `nacre skill list --json` has it. */
export interface SkillRow {
  readonly name: string;
  readonly source: string;
  readonly file: string;
  /** Whether the model may know it, and whether it can be typed. */
  readonly model: boolean;
  readonly user: boolean;
  readonly paths?: unknown;
}
