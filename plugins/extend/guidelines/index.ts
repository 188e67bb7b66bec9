import { join, resolve } from "node:path";
import { live } from "../../../core/live.js";
import type { PluginContext, Setup } from "../../../core/types.js";
import { instructionsLoaded } from "../../../hooks/instructions-loaded.js";
import type { Prompt } from "../../../hooks/user-prompt-submit.js";
import type { Command } from "../../../schemas/command.js";
import type { Subcommand } from "../../../schemas/front.js";
import type { KindReader } from "../../../schemas/parts.js";
import type { Session } from "../../../schemas/session.js";
import { userHome } from "../../../schemas/user-home.js";
import { findPlaces, holdsGuidelines, isOff, newFolders, type Finding } from "./find-places.js";
import type { Known } from "./known.js";
import { placesIn } from "./places.js";
import type { Telling } from "./tell.js";

/** Longer than any person takes to answer, or any hook that watches what is loaded. */
const PATIENT = { deadline: 3_600_000 };

/** Tools that work on one file, each with the input that names it. */
const FILE_TOOLS: Readonly<Record<string, string>> = {
  Read: "file_path",
  Edit: "file_path",
  Write: "file_path",
  NotebookEdit: "notebook_path",
};

/** What the parts of this plugin share. */
interface Own {
  readonly ctx: PluginContext;
  readonly finding: Finding;
  readonly telling: Telling;
  readonly known: WeakMap<Session, Known>;
  /** Folders beside the working folder whose guidelines count. */
  foldersOf(session: Session): readonly string[];
}

const setup: Setup = (ctx) => {
  const { kernel, settings } = ctx;
  const home = userHome(kernel.env);
  const off = new Set((settings["guidelines.off"] as readonly string[] | undefined) ?? []);
  const fire = ctx.point("InstructionsLoaded", instructionsLoaded);
  const added = settings["guidelines.added_folders"] === true;
  const own: Own = {
    ctx,
    finding: { home: kernel.home, userHome: home, off },
    telling: { kernel, userHome: home, fire },
    known: new WeakMap(),
    foldersOf: ({ folders }) => (added ? folders.slice(1) : []),
  };
  if (settings["guidelines.disabled"] !== true) {
    tapStart(own);
    tapFiles(own);
  }
  addItems(own);
};
export default setup;

/** At the start of a session; no code beside this is loaded where no file of guidelines is found. */
function tapStart(own: Own): void {
  const { ctx, known } = own;
  ctx.tap(
    "SessionStart",
    async (start, session) => {
      if (!session.agent?.omitGuidelines) await begin(own, session, start.source === "startup");
      return undefined;
    },
    PATIENT,
  );
  ctx.tap(
    "UserPromptSubmit",
    async (prompt, session) => {
      if (!known.has(session) || prompt.handled !== undefined || prompt.blocked !== undefined) return undefined;
      if (known.get(session)!.rewinds !== session.rewinds) await begin(own, session, false);
      const one = known.get(session)!;
      if (one.pending.length === 0 && one.outside.length === 0) return undefined;
      return tellWithPrompt(own, one, prompt, session);
    },
    { ...PATIENT, stage: 10 },
  );
}

/** Finds out what to tell, at the start and when the conversation has gone back: what it held is gone then. */
async function begin(
  { ctx, finding, telling, known, foldersOf }: Own,
  session: Session,
  isNew: boolean,
): Promise<void> {
  const { project, places } = findPlaces(session.root, foldersOf(session), finding);
  const found = { project, rewinds: session.rewinds, visited: new Set([session.root]), told: new Set<string>() };
  const one: Known = { ...found, waiting: [], outside: [], pending: [] };
  known.set(session, one);
  if (places.length === 0 && isNew && !holdsGuidelines(ctx.kernel)) return;
  const { tellAtStart } = await import("./tell.js");
  one.pending = await tellAtStart(session, one, places, telling);
}

/** Imports that lead out of the project are asked about here: at the start nobody may be there to answer. */
async function tellWithPrompt({ telling }: Own, one: Known, prompt: Prompt, session: Session): Promise<Prompt> {
  const { untold } = await import("./tell.js");
  one.pending = untold(session, one.pending);
  if (one.outside.length > 0) {
    const { tellOutside } = await import("./outside.js");
    one.pending = [...one.pending, ...(await tellOutside(session, one, telling, prompt.signal))];
  }
  return one.pending.length > 0 ? { ...prompt, context: [...prompt.context, ...one.pending] } : prompt;
}

/** When the model has worked on a file. */
function tapFiles({ ctx, finding, telling, known, foldersOf }: Own): void {
  const { userHome: home, off } = finding;
  ctx.tap(
    "PostToolUse",
    async (finished, call, session) => {
      const one = known.get(session);
      const given = call.input[FILE_TOOLS[call.name] ?? ""];
      if (!one || typeof given !== "string" || finished.output.isError || !isOfReply(session, call.id))
        return undefined;
      const file = resolve(session.cwd, given.startsWith("~/") ? join(home, given.slice(2)) : given);
      const tops = [session.root, ...foldersOf(session)];
      const folders = tops.flatMap((top) => newFolders(top, file, one.visited));
      const places = folders.flatMap((dir) => placesIn(dir, finding)).filter(({ path }) => !isOff(off, path));
      if (places.length === 0 && one.waiting.length === 0) return undefined;
      const { tellOfFile } = await import("./tell.js");
      const context = await tellOfFile(session, one, { file, places }, telling);
      return context.length > 0 ? { ...finished, context: [...finished.context, ...context] } : undefined;
    },
    PATIENT,
  );
}

/** Calls that no reply asked for have nobody who reads what is added to them. */
function isOfReply({ messages }: Session, id: string): boolean {
  return messages.slice(-2).some(({ content }) => content.some((block) => "id" in block && block.id === id));
}

function addItems({ ctx, finding, telling, known, foldersOf }: Own): void {
  const read: KindReader["read"] = async (places) => (await import("./context-files.js")).contextFiles(places);
  ctx.add("kind", live<KindReader>({ name: "guideline", read }));
  const run: Command["run"] = async ({ session }) => {
    const { memory } = await import("./memory.js");
    const found = findPlaces(session.root, foldersOf(session), finding);
    return { answer: await memory(found, { ...telling, known: known.get(session), session }) };
  };
  ctx.add("command", live<Command>({ name: "memory", run }));
  const found = (): ReturnType<typeof findPlaces> => findPlaces(ctx.kernel.cwd, [], finding);
  const list: Subcommand["run"] = async (invocation) =>
    (await import("./memory.js")).list(found(), telling, invocation);
  const check: Subcommand["run"] = async (invocation) =>
    (await import("./check/run-check.js")).runCheck(found(), telling, invocation);
  const none: Subcommand["run"] = async (invocation) =>
    (await import("../need-verb.js")).needVerb(ctx, "guidelines", invocation);
  ctx.add("subcommand", live<Subcommand>({ name: "guidelines", run: none }));
  ctx.add("subcommand", live<Subcommand>({ name: "guidelines list", run: list }));
  ctx.add("subcommand", live<Subcommand>({ name: "guidelines check", run: check }));
}
