import type { PluginContext } from "../../../core/types.js";
import type { Answer, Ask, Question } from "../../../schemas/decision.js";
import type { Io } from "../../../schemas/front.js";
import { isObject } from "../../../schemas/json.js";
import { jsonText } from "../../../schemas/json-text.js";
import type { Session } from "../../../schemas/session.js";
import { answerOf, denial, keepRules } from "./answer-of.js";
import { readLines } from "./read-lines.js";

interface Waiting {
  readonly question: Question;
  readonly answer: (answer: Answer | undefined) => void;
}

/** Lines that came before they were asked for are not kept beyond so many. */
const MOST_AHEAD = 100;

/** Asks on standard error, one JSON line a question, and reads answers from standard input, one JSON line each. */
export class StdinAnswers {
  readonly #io: Io;
  readonly #waiting = new Map<string, Waiting>();
  #isOver = false;
  #isReading = false;
  #ahead = 0;

  constructor(io: Io) {
    this.#io = io;
  }

  /** The way to ask in a session. An answer that is none is a no; none at all means that nobody is there. */
  ask(ctx: PluginContext, session: () => Session | undefined): Ask {
    return async (question, signal) => {
      const answer = await this.#put(question, signal);
      if (answer?.behavior === "allow") await keepRules(ctx.kernel, session(), answer);
      return answer;
    };
  }

  /** Reads nothing more, so that the program can end. */
  close(): void {
    this.#io.stdin.pause();
  }

  #put(question: Question, signal: AbortSignal): Promise<Answer | undefined> {
    this.#read();
    if (signal.aborted || this.#isOver) return Promise.resolve(undefined);
    const { call } = question;
    return new Promise((resolve) => {
      const answer = (given: Answer | undefined): void => {
        signal.removeEventListener("abort", stop);
        this.#waiting.delete(call.id);
        resolve(given);
      };
      const stop = (): void => answer(denial("Interrupted before it ran. Nothing was done."));
      signal.addEventListener("abort", stop, { once: true });
      this.#waiting.set(call.id, { question, answer });
      this.#io.stderr.write(`${jsonText(lineOf(question))}\n`);
    });
  }

  #read(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    readLines(this.#io.stdin, {
      line: (text) => this.#take(text),
      tooLong: () => this.#take(""),
      end: () => {
        this.#isOver = true;
        for (const { answer } of this.#waiting.values()) answer(undefined);
      },
    });
  }

  #take(text: string): void {
    if (text.trim() === "") return;
    const value = parsed(text);
    const id = isObject(value) ? value["id"] : undefined;
    const waiting = typeof id === "string" ? this.#waiting.get(id) : [...this.#waiting.values()][0];
    if (!waiting) {
      if (this.#ahead++ < MOST_AHEAD) this.#say("an answer on standard input is to no question that is open");
      return;
    }
    if (!isObject(value)) this.#say("an answer on standard input is no JSON object, so it counts as a no");
    waiting.answer(isObject(value) ? answerOf(value, waiting.question) : denial("The answer could not be read."));
  }

  #say(sentence: string): void {
    this.#io.stderr.write(`nacre: ${sentence}.\n`);
  }
}

function lineOf({ call, reason, suggestions, effect, blockedPath, confirm, sessionId, agent }: Question): object {
  return {
    type: "permission_request",
    id: call.id,
    session_id: sessionId,
    tool_name: call.name,
    input: call.input,
    effect,
    reason,
    permission_suggestions: suggestions,
    ...(blockedPath !== undefined && { blocked_path: blockedPath }),
    ...(confirm !== undefined && { irreversible: confirm }),
    ...(agent && { agent_id: agent.id }),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
