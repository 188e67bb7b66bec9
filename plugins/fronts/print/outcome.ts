import { EXIT } from "../../../schemas/errors.js";
import type { EndEvent, EndReason } from "../../../schemas/event.js";
import { textOf } from "../../../schemas/message.js";
import type { StructuredOutput } from "./structured-output.js";
import type { Cut, Tally } from "./tally.js";

/** All that a run's end is judged by. */
export interface Ended {
  readonly end: EndEvent;
  readonly cut: Cut | undefined;
  readonly tally: Tally;
  readonly structured?: StructuredOutput | undefined;
}

/** How a run ended, in the words of result lines and exit codes. */
export interface Outcome {
  readonly subtype:
    | "success"
    | "error_max_turns"
    | "error_max_budget_usd"
    | "error_during_execution"
    | "error_max_structured_output_retries";
  readonly isError: boolean;
  readonly terminal: string;
  /** The final text, or the sentence that stands for it. */
  readonly text: string;
  readonly code: number;
}

type Kind = Omit<Outcome, "text">;

const limit = (subtype: Outcome["subtype"], terminal: string): Kind => ({
  subtype,
  isError: true,
  terminal,
  code: EXIT.limit,
});

const KINDS: Readonly<Record<EndReason, Kind>> = {
  completed: { subtype: "success", isError: false, terminal: "completed", code: EXIT.done },
  max_turns: limit("error_max_turns", "max_turns"),
  checkpoint: limit("error_max_turns", "max_turns"),
  budget: limit("error_max_budget_usd", "budget_exhausted"),
  aborted: { subtype: "error_during_execution", isError: true, terminal: "aborted_streaming", code: EXIT.failed },
  model_error: { subtype: "success", isError: true, terminal: "model_error", code: EXIT.provider },
  deferred: { subtype: "success", isError: false, terminal: "tool_deferred", code: EXIT.done },
  hook_stopped: { subtype: "success", isError: true, terminal: "hook_stopped", code: EXIT.failed },
  prompt_blocked: { subtype: "success", isError: true, terminal: "hook_stopped", code: EXIT.failed },
};

/** Judges the end of a run. */
export function outcomeOf({ end, cut, tally, structured }: Ended): Outcome {
  const said = textOf(tally.reply?.message.content ?? []);
  const kind = KINDS[end.reason];
  if (end.reason === "completed") {
    const isMissing = structured !== undefined && structured.value() === undefined;
    return isMissing ? unfit("The model ended without an answer that fits the schema.") : completed(end, said, tally);
  }
  if (end.reason === "aborted") return aborted(cut, tally.inTools);
  if (end.error?.kind === "context_overflow") return { ...kind, terminal: "prompt_too_long", text: end.error.message };
  return { ...kind, text: end.message ?? said };
}

function completed({ message }: EndEvent, said: string, { reply, unattended }: Tally): Outcome {
  const kind = KINDS.completed;
  if (message === undefined && reply?.stopReason === "refusal") {
    return { ...kind, isError: true, code: EXIT.failed, text: said || "The model refused to answer." };
  }
  return { ...kind, text: message ?? said, code: unattended ? EXIT.denied : kind.code };
}

function aborted(cut: Cut | undefined, inTools: boolean): Outcome {
  if (cut?.by === "hook") return { ...KINDS.hook_stopped, text: cut.reason ?? "A hook stopped the run." };
  if (cut?.by === "schema") return unfit(cut.reason ?? "No answer fitted the schema.");
  const terminal = inTools ? "aborted_tools" : "aborted_streaming";
  return { ...KINDS.aborted, terminal, text: "Interrupted.", code: cut?.code ?? EXIT.failed };
}

function unfit(text: string): Outcome {
  const subtype = "error_max_structured_output_retries";
  return { subtype, isError: true, terminal: "structured_output_retry_exhausted", text, code: EXIT.failed };
}
