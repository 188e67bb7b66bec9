import type { Firing, KernelView } from "../../../core/types.js";
import { realPath } from "../../../schemas/real-path.js";
import type { Session } from "../../../schemas/session.js";
import { addRules, gather, speaksOf } from "./gather.js";
import type { Known } from "./known.js";
import type { Entry, Loader } from "./loader.js";
import type { Place } from "./places.js";
import { withPlugins } from "./places-of-plugins.js";
import { blockOf, INTRODUCTION, toldIn } from "./words.js";

/** What telling needs beside the session. */
export interface Telling {
  readonly kernel: KernelView;
  readonly userHome: string;
  readonly fire: Firing<"InstructionsLoaded">;
}

/** Reads the guidelines a session begins with. A conversation that holds them already is told what changed since. */
export async function tellAtStart(
  session: Session,
  known: Known,
  places: readonly Place[],
  telling: Telling,
): Promise<readonly string[]> {
  const earlier = toldIn(session.messages);
  const all = await withPlugins(places, telling.kernel, session.root);
  const mayRead = readable(session, telling);
  const gathered = await gather(all, { ...telling, project: known.project, told: known.told, mayRead });
  const { loader, waiting } = gathered;
  known.waiting = waiting;
  known.introduced = earlier.introduced;
  for (const file of earlier.files) known.told.add(realPath(file) ?? file);
  takeOutside(known, loader);
  if (session.messages.length === 0) notify(session, telling, loader);
  const fresh = loader.entries.filter((entry) => entry.text !== undefined && !earlier.blocks.has(blockOf(entry)));
  return tell(session, known, telling, fresh);
}

/** Of some words those that do not stand in the conversation. */
export function untold({ messages }: Session, words: readonly string[]): readonly string[] {
  const { blocks, introduced } = toldIn(messages);
  return words.filter((text) => (text === INTRODUCTION ? !introduced : !blocks.has(text)));
}

/** Reads what a file that was worked on brings into play: guidelines of its folders, and rules that speak of it. */
export async function tellOfFile(
  session: Session,
  known: Known,
  { file, places }: { readonly file: string; readonly places: readonly Place[] },
  telling: Telling,
): Promise<readonly string[]> {
  const { project, told } = known;
  const how = { trigger: file, mayRead: readable(session, telling) };
  const gathered = await gather(places, { ...telling, project, told, ...how });
  const waiting = [...known.waiting, ...gathered.waiting];
  const speaking = waiting.filter((rule) => speaksOf(rule, file));
  known.waiting = waiting.filter((rule) => !speaking.includes(rule));
  await addRules(gathered.loader, speaking, how);
  takeOutside(known, gathered.loader);
  notify(session, telling, gathered.loader);
  // Whoever has just read the file knows what it says.
  const fresh = gathered.loader.entries.filter((entry) => entry.text !== undefined && entry.file !== file);
  return tell(session, known, telling, fresh);
}

/** The words for the model, after everybody who listens has heard of the files. */
export async function tell(
  session: Session,
  known: Known,
  { fire }: Pick<Telling, "fire">,
  entries: readonly Entry[],
): Promise<readonly string[]> {
  if (entries.length === 0) return [];
  const hook = await fire();
  for (const { file, level, reason, globs, trigger, parent } of hook.taps.length > 0 ? entries : []) {
    const optional = { ...(globs && { globs }), ...(trigger !== undefined && { trigger }) };
    await hook.promise({ file, level, reason, ...optional, ...(parent !== undefined && { parent }) }, session);
  }
  const introduction = known.introduced ? [] : [INTRODUCTION];
  known.introduced = true;
  return [...introduction, ...entries.map(blockOf)];
}

/** What the permission gate says of files, once it is asked. */
export function readable(
  session: Session,
  { kernel }: Pick<Telling, "kernel">,
): () => Promise<(real: string) => boolean> {
  return async () => {
    const gate = await kernel.service("permissions");
    return (real) => gate?.mayRead(session, real) ?? true;
  };
}

export function notify(session: Session, { kernel }: Pick<Telling, "kernel">, { notices }: Loader): void {
  for (const text of new Set(notices))
    session.emit({ type: "notice", at: kernel.clock.now(), level: "warning", text, plugin: "guidelines" });
}

/** Imports out of the project: those of one that is not trusted are refused at once, the others asked about later. */
function takeOutside(known: Known, loader: Loader): void {
  const isNew = (real: string): boolean => !known.told.has(real);
  known.outside = [...known.outside, ...loader.outside.filter(({ from, real }) => from.trusted && isNew(real))];
  for (const { from, parent, line, file } of loader.outside) {
    if (from.trusted) continue;
    loader.notices.push(
      `Guidelines: ${parent}:${line} imports ${file}, which lies outside of the project; it is not read, because the project is not trusted.`,
    );
  }
}
