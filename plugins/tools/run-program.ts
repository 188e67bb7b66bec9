import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { interrupted } from "../../schemas/fold.js";
import type { ToolContext, ToolOutput } from "../../schemas/tool.js";
import { Output } from "./output.js";
import { outputFolder } from "./output-file.js";
import type { Processes } from "./process.js";
import type { Ending, Program } from "./program.js";

/** Characters a model reads of a command that went well, and of one that did not. */
const SHOWN = 30_000;
const SHOWN_OF_FAILURE = 10_000;

/** Milliseconds between two reports to the screen. */
const PROGRESS = 250;
const PROGRESS_LINES = 5;

/** What a tool adds to a program to run it for the model. */
export interface Run {
  readonly processes: Processes;
  readonly context: ToolContext;
  /** nacre's home: what is too long to show is kept below. */
  readonly home: string;
  /** Name of the tool, in small letters, for messages and file names. */
  readonly label: string;
  /** Milliseconds. */
  readonly timeout: number;
}

/** A program that has run to its end. */
export interface Finished extends Ending {
  readonly output: Output;
  /** Id of its process group. */
  readonly group: number;
}

/** A fresh output whose file, if it needs one, stands in the session's own folder. */
function outputOf(home: string, sessionId: string, label: string): Output {
  return new Output(() => join(outputFolder(home, sessionId), `${label}-${randomUUID()}.txt`));
}

/** Runs a program to its end, telling screens the last lines now and then. */
export async function runProgram(
  program: Program,
  { processes, context, home, label, timeout }: Run,
): Promise<Finished> {
  const output = outputOf(home, context.session.id, label);
  let pending: NodeJS.Timeout | undefined;
  const report = (): void => {
    pending = undefined;
    context.progress(output.lastLines(PROGRESS_LINES));
  };
  const { group, ended } = await processes.start(program, {
    timeout,
    signal: context.signal,
    onOutput(chunk, stream) {
      output.add(chunk, stream);
      pending ??= setTimeout(report, PROGRESS);
    },
  });
  const ending = await ended;
  clearTimeout(pending);
  output.finish();
  return { ...ending, output, group: group.id };
}

/** What is said about how a program ended. */
export interface Telling extends Pick<Run, "label" | "timeout"> {
  /** The exit code is an answer, not a failure. */
  readonly isAnswer?: boolean;
  /** Sentences that stand after the output. */
  readonly notes?: readonly string[];
  /** Further structured details. */
  readonly details?: object;
}

/** The result of a program for model and screens. */
export function toolOutput(finished: Finished, telling: Telling): ToolOutput {
  const { output, code, cause } = finished;
  const isError = cause !== "exit" || (code !== 0 && !telling.isAnswer);
  const text = withoutLastBreak(output.text(isError ? SHOWN_OF_FAILURE : SHOWN));
  const first = headline(finished, telling, isError);
  const notes = telling.notes ?? [];
  const shown = text === "" && first === "" && notes.length === 0 ? silence(code) : text;
  return {
    content: [first, shown, ...notes].filter((part) => part !== "").join("\n"),
    ...(isError && { isError }),
    details: {
      stdout: output.stream("stdout"),
      stderr: output.stream("stderr"),
      interrupted: cause === "abort",
      isImage: false,
      exitCode: code,
      ...telling.details,
    },
  };
}

function headline({ cause, code, signal }: Finished, { label, timeout }: Telling, isError: boolean): string {
  if (cause === "timeout") return `${label} execution exceeded ${timeout / 1_000}s timeout`;
  if (cause === "abort") return interrupted({ started: true });
  if (!isError) return "";
  return signal ? `Exit code ${code} (${signal})` : `Exit code ${code}`;
}

function silence(code: number): string {
  return code === 0 ? "(no output)" : `(no output, exit code ${code})`;
}

function withoutLastBreak(text: string): string {
  return text.endsWith("\r\n") ? text.slice(0, -2) : text.endsWith("\n") ? text.slice(0, -1) : text;
}
