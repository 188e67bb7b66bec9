import type { PluginContext } from "../../../core/types.js";
import type { Ask } from "../../../schemas/decision.js";
import { EXIT } from "../../../schemas/errors.js";
import type { Invocation } from "../../../schemas/front.js";
import type { Session } from "../../../schemas/session.js";
import { openSession } from "../open-session.js";
import { onSignals } from "../signals.js";
import { limitThinking } from "./limit-thinking.js";
import { outcomeOf, type Ended, type Outcome } from "./outcome.js";
import { Output } from "./output.js";
import { readPrompt, requirePrompt } from "./read-prompt.js";
import { reportFor } from "./report-for.js";
import { Stopper } from "./stopper.js";
import type { StructuredOutput } from "./structured-output.js";
import { Tally } from "./tally.js";
import { resumes, takeTurn, type Taken } from "./take-turn.js";
import { teller } from "./teller.js";

/** Answers one prompt and resolves with the exit code. */
export async function runOnce(ctx: PluginContext, invocation: Invocation): Promise<number> {
  const { flags, io } = invocation;
  const answers = flags["on-ask"] === "stdin" ? new (await import("./stdin-answers.js")).StdinAnswers(io) : undefined;
  const prompt = await readPrompt(invocation.positionals, io, {
    answers: answers !== undefined,
    resumes: resumes(flags),
  });
  const stopper = new Stopper();
  using _ = onSignals((code, signal) => stopper.stop({ by: "signal", code, silent: signal !== "SIGINT" }));
  let lost = false;
  const output = new Output(io.stdout, (sentence) => {
    lost = sentence !== undefined;
    if (lost) io.stderr.write(`Error: ${sentence}\n`);
    stopper.stop({ by: "reader", code: EXIT.failed, silent: true });
  });
  const structured = await structuredOutput(ctx, invocation, stopper);
  const report = await reportFor(ctx.kernel, output, invocation);
  const tally = new Tally();
  const verbose = flags["verbose"] === true;
  const tell = teller(io, { verbose, calls: verbose && flags["output-format"] !== "stream-json" });
  let main: Session | undefined;
  let over = false;
  ctx.tap("Event", (event, session) => {
    if (over) return;
    if ((main ??= session) !== session) {
      if (!session.agent) return;
      tally.takeOfAgent(event, session);
      return report.takeOfAgent?.(event, session.agent);
    }
    tally.take(event);
    report.take?.(event);
    tell(event);
  });
  limitThinking(ctx, flags["max-thinking-tokens"]);
  const session = await open(ctx, invocation, { structured, ask: answers?.ask(ctx, () => main) });
  requirePrompt(prompt, session);
  await report.begin(session);
  const before = session.replies.length;
  const taken = await takeTurn(ctx.kernel, session, { prompt, signal: stopper.signal });
  over = true;
  answers?.close();
  const { end } = taken;
  const outcome = outcomeOfTurn(taken, { cut: stopper.cut, tally, structured });
  if (!stopper.cut?.silent) {
    await report.end({ session, end, outcome, tally, before, structured: structured?.value() });
  }
  await output.done();
  await session.close();
  return lost ? EXIT.failed : outcome.code;
}

/** Who was asked is a program here, and the run is judged by what it was let do. */
function outcomeOfTurn({ end, terminal }: Taken, judged: Omit<Ended, "end">): Outcome {
  const outcome = { ...outcomeOf({ end, ...judged }), ...terminal };
  return judged.tally.declined && end.reason === "completed" ? { ...outcome, code: EXIT.denied } : outcome;
}

interface Opening {
  readonly structured: StructuredOutput | undefined;
  readonly ask: Ask | undefined;
}

async function open({ kernel }: PluginContext, { flags }: Invocation, { structured, ask }: Opening): Promise<Session> {
  const tools = structured && (await import("./offered-tools.js")).withTool(kernel, structured.tool);
  return openSession(kernel, flags, { headless: true, ...(ask && { ask }), ...(tools && { tools }) });
}

async function structuredOutput(
  ctx: PluginContext,
  { flags }: Invocation,
  stopper: Stopper,
): Promise<StructuredOutput | undefined> {
  const argument = flags["json-schema"];
  if (argument === undefined) return undefined;
  const { readSchema } = await import("./json-schema.js");
  const schema = readSchema(String(argument), ctx.kernel.cwd);
  const { offerStructuredOutput } = await import("./structured-output.js");
  return offerStructuredOutput(ctx, schema, (reason) => stopper.stop({ by: "schema", reason }));
}
