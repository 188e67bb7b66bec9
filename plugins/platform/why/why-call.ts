import type { KernelView } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Transcript } from "../../../schemas/kinds.js";
import type { Session } from "../../../schemas/session.js";
import { printable, shortened } from "../../../schemas/printable.js";
import { table } from "../table.js";
import { judgedCalls, type JudgedCall } from "./judged-calls.js";
import type { Answer } from "./answer.js";

/** Sessions that are searched for an id. */
const MOST_SESSIONS = 50;
const EARLIER = 5;
const WIDEST = 200;

interface Found {
  readonly session: Pick<Transcript, "id" | "path" | "name">;
  readonly calls: readonly JudgedCall[];
  readonly call: JudgedCall;
}

/** Why a call was allowed or refused: the last of this folder's newest session, or one by the beginning of its id. */
export async function whyCall(kernel: KernelView, which: string, session?: Session): Promise<Answer> {
  const transcripts = await kernel.service("transcripts");
  if (!transcripts)
    throw new UserError("No plugin that keeps sessions is loaded, so nothing was written down.", EXIT.plugin);
  const here = session && (await transcripts.find(session.id, session.root).catch(() => undefined));
  if (session && !here)
    throw new UserError("In this session no call was judged yet, or it is not written down.", EXIT.usage);
  const newest = here ?? (await transcripts.latest(kernel.cwd, { headless: true }));
  if (!newest) throw new UserError("This folder has no session yet.", EXIT.usage);
  if (which === "last") {
    const calls = await judgedCalls(newest.events());
    const call = calls.at(-1);
    if (!call) throw new UserError(`In session ${newest.id} no tool was called.`, EXIT.usage);
    return answer({ session: newest, calls, call });
  }
  const all = [newest, ...(await transcripts.list(kernel.cwd)).filter(({ id }) => id !== newest.id)];
  for (const one of all.slice(0, MOST_SESSIONS)) {
    const calls = await judgedCalls(one.events());
    const call = calls.find(({ id }) => id === which) ?? only(calls, which);
    if (call) return answer({ session: one, calls, call });
  }
  const of = await transcripts.find(which, kernel.cwd).catch(() => undefined);
  const calls = of ? await judgedCalls(of.events()) : [];
  if (of && calls.length > 0) return answer({ session: of, calls, call: calls.at(-1)! });
  throw new UserError(`No call in the sessions of this folder has an id that begins with "${which}".`, EXIT.usage);
}

/** The one call whose id begins so. */
function only(calls: readonly JudgedCall[], beginning: string): JudgedCall | undefined {
  const like = calls.filter(({ id }) => id.startsWith(beginning));
  if (like.length > 1) {
    const ids = like.slice(0, EARLIER).map(({ id }) => id);
    throw new UserError(`Several calls have an id that begins with "${beginning}": ${ids.join(", ")}.`, EXIT.usage);
  }
  return like[0];
}

function answer({ session, calls, call }: Found): Answer {
  const earlier = calls.slice(0, calls.indexOf(call)).slice(-EARLIER);
  const { id, path } = session;
  return { json: { session: { id, path }, ...call }, text: callText(session, call, earlier) };
}

function callText({ id, name }: Found["session"], call: JudgedCall, earlier: readonly JudgedCall[]): string {
  const { tool, input, effect, at, decision, apart } = call;
  const { behavior, by, reason, rule, origin, nearest } = decision;
  const rows = [
    ["Decision", `${verb(behavior)}${by === undefined ? "" : ` by ${BY[by] ?? by}`}`],
    ["Reason", reason],
    ["Rule", rule && `${rule}${origin === undefined ? "" : ` (${origin})`}`],
    ["Nearest rule", nearest],
    ["Effect", effect],
    ["Asked for by", apart ? "you (typed)" : "the model"],
    ["Call", `${call.id}, ${new Date(at).toISOString()}`],
    ["Session", name === undefined ? id : `${id} (${name})`],
  ].filter((row): row is [string, string] => row[1] !== undefined);
  const title = `${tool}${input === undefined ? "" : ` ${shortened(JSON.stringify(input), WIDEST)}`}`;
  const before = earlier.map((one) => [
    one.id,
    one.tool,
    verb(one.decision.behavior),
    shortened(one.decision.reason, 80),
  ]);
  const more = before.length === 0 ? "" : `\nEarlier calls (nacre why ID):\n${table(before, { indent: "  " })}`;
  return `${printable(title)}\n${table(rows, { indent: "  " })}${more}`;
}

const BY: Readonly<Record<string, string>> = {
  user: "the person who was asked",
  unattended: "nobody: somebody had to be asked and nobody was there",
  kernel: "nacre itself",
};

function verb(behavior: string): string {
  return { allow: "allowed", deny: "refused", defer: "put off", ask: "refused" }[behavior] ?? behavior;
}
