/** Where one feature stands. Plain data: it is kept on disk after each step. */
export interface Run {
  readonly id: string;
  /** Real path of the folder it belongs to. */
  readonly root: string;
  /** The conversation it was last worked on in. */
  readonly session: string;
  readonly request: string;
  readonly phase: Phase;
  /**
   * "working": the model is at it. "waiting": the user's next message is the answer. "acting": the model does what the
   * user let it do in this phase.
   */
  readonly step: "working" | "waiting" | "acting";
  /** What the user said, in order. */
  readonly answers: readonly { readonly phase: Phase; readonly text: string }[];
  /** What each phase ended with. */
  readonly results: Readonly<Partial<Record<Phase, string>>>;
  /** Milliseconds since 1970. */
  readonly updated: number;
}

export type Phase = 1 | 2 | 3 | 4 | 5 | 6 | 7;

export const TITLES: Readonly<Record<Phase, string>> = {
  1: "Discovery",
  2: "Codebase exploration",
  3: "Clarifying questions",
  4: "Architecture design",
  5: "Implementation",
  6: "Quality review",
  7: "Summary",
};

/** Phases that end with a question. */
const ASKS: ReadonlySet<Phase> = new Set<Phase>([3, 4, 5, 6]);

/** Characters that are kept of what a phase ended with. */
const KEPT = 20_000;

/** "Phase 3 of 7: Clarifying questions" */
export function titleOf({ phase }: Run): string {
  return `Phase ${phase} of 7: ${TITLES[phase]}`;
}

/** Files may be changed once the user has approved, and to mend what the review found. */
export function mayWrite({ phase, step }: Run): boolean {
  return (phase === 5 || phase === 6) && step === "acting";
}

/** The model has ended its turn with these words. Undefined: the feature is done. */
export function afterTurn(run: Run, words: string): Run | undefined {
  if (run.step === "waiting") return run;
  const results = { ...run.results, [run.phase]: words.slice(0, KEPT) };
  if (run.step === "working" && ASKS.has(run.phase)) return { ...run, results, step: "waiting" };
  if (run.phase === 7) return undefined;
  return { ...run, results, phase: (run.phase + 1) as Phase, step: "working" };
}

/** The user has answered. Nothing changes where nobody has asked. */
export function afterAnswer(run: Run, text: string): Run {
  if (run.step !== "waiting") return run;
  const answers = [...run.answers, { phase: run.phase, text }];
  if (run.phase === 6) return { ...run, answers, step: "acting" };
  if (run.phase === 5) return { ...run, answers, step: approves(text) ? "acting" : "working" };
  return { ...run, answers, phase: (run.phase + 1) as Phase, step: "working" };
}

/** Only what begins with a plain yes lets the work begin; everything else is a wish for another plan. */
export function approves(text: string): boolean {
  const plain = text.trim().toLowerCase();
  if (/\b(?:but|not|don't|do not|wait|except|however)\b/.test(plain)) return false;
  return /^(?:y|yes|yep|yeah|ok|okay|sure|go|go ahead|do it|start|begin|approved?|i approve|lgtm|looks good|please do|proceed|ship it)(?:$|[\s,.!;:])/.test(
    plain,
  );
}
