import type { KernelView } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { FrontSpec, Invocation } from "../../../schemas/front.js";
import { printable } from "../../../schemas/printable.js";
import { realFolder } from "../../../schemas/real-folder.js";
import type { Keeper } from "./keeper.js";
import { placeOf } from "./place-of.js";
import { stateOf, stateText, type State } from "./state.js";
import { partText } from "./words.js";

interface Job {
  readonly kernel: KernelView;
  readonly keeper: Keeper;
  readonly verb: string;
  readonly invocation: Invocation;
}

/** `nacre trust [show|list|revoke]`. Resolves with the exit code. */
export async function runVerb(job: Job): Promise<number> {
  const [word, more] = job.invocation.positionals;
  const odd = job.verb === "trust revoke" ? more : word;
  const verbs = job.verb === "trust" ? ": show, list or revoke" : "";
  if (odd !== undefined) throw new UserError(`nacre ${job.verb} does not know "${printable(odd)}"${verbs}.`);
  if (job.verb === "trust list") return list(job);
  if (job.verb === "trust revoke") return revoke(job);
  const state = await stateOf(job.kernel, job.keeper);
  if (!state) throw new UserError(`The folder ${job.kernel.cwd} cannot be reached.`);
  return job.verb === "trust show" ? show(job, state) : grant(job, state);
}

function list({ keeper, invocation }: Job): number {
  const answers = keeper.answers.list();
  if (invocation.flags["json"] === true) {
    return print(invocation, JSON.stringify(answers.map(({ root, state, at }) => ({ root, state, at }))));
  }
  if (answers.length === 0) return print(invocation, "No folder was trusted or declined.");
  const lines = answers.map(({ root, state, at }) => `${state.padEnd(8)}  ${dayOf(at)}  ${printable(root)}`);
  return print(invocation, lines.join("\n"));
}

function revoke({ kernel, keeper, invocation }: Job): number {
  const named = invocation.positionals[0];
  const path = realFolder(named ?? kernel.cwd, named ?? kernel.cwd);
  const key = placeOf(path)?.key ?? path;
  const gone = [key, path].filter((root) => keeper.answers.forget(root));
  if (gone.length === 0) throw new UserError(`Nothing was said about ${key}; nacre trust list names what was.`);
  return print(invocation, `What was said about ${printable(gone[0]!)} is forgotten; it is not trusted.`);
}

function show({ invocation }: Job, state: State): number {
  const { place, standing, parts, open } = state;
  if (invocation.flags["json"] === true) {
    const rows = parts.map((part) => ({ ...part, agreed: !open.includes(part) }));
    return print(invocation, JSON.stringify({ root: place.root, key: place.key, state: standing.state, parts: rows }));
  }
  const lines = parts.map((part) => `${open.includes(part) ? "-" : "+"} ${printable(partText(place.root, part))}`);
  const none = "Nothing in it runs, starts or loosens anything.";
  const legend = lines.length === 0 ? [none] : ["What it brings (+ agreed to, - not):", ...lines];
  return print(invocation, [printable(stateText(state)), ...legend].join("\n"));
}

async function grant(job: Job, state: State): Promise<number> {
  const { keeper, invocation } = job;
  const { place, standing, open, parts } = state;
  if (standing.state === "trusted" && open.length === 0) return print(invocation, printable(stateText(state)));
  if (keeper.answers.isPersonal(place.key)) {
    throw new UserError(`${place.key} holds your home folder, so it is trusted for one run only: --trust-workspace.`);
  }
  const said = invocation.flags["yes"] === true || (await asked(job, state));
  if (said === undefined) {
    throw new UserError("Nobody can be asked here: look at it with nacre trust show, then say nacre trust --yes.");
  }
  if (!said) {
    if (standing.state !== "trusted") await keeper.decline(place);
    return print(invocation, `${printable(place.root)} is ${standing.state === "trusted" ? "as it was" : "declined"}.`);
  }
  await keeper.agree(place, parts);
  print(invocation, `${printable(place.root)} is trusted.`);
  for (const part of open) print(invocation, `+ ${printable(partText(place.root, part))}`);
  return EXIT.done;
}

/** By the front that talks with people, whichever that is. */
async function asked({ kernel, invocation }: Job, { place, standing, open }: State): Promise<boolean | undefined> {
  const { io } = invocation;
  if (!io.stdin.isTTY || !io.stdout.isTTY) return undefined;
  for (const { name, terminal } of kernel.all("front") as readonly FrontSpec[]) {
    const front = terminal === true ? await kernel.get("front", name) : undefined;
    const question = { root: place.root, parts: open, isChange: standing.state === "trusted" };
    if (front?.askForTrust) return front.askForTrust(question, invocation);
  }
  return undefined;
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function print({ io }: Invocation, text: string): number {
  io.stdout.write(`${text}\n`);
  return EXIT.done;
}
