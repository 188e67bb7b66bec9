/** An answer for programs and for people. */
export interface Answer {
  readonly json: unknown;
  readonly text: string;
}
