import { homedir } from "node:os";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import { instructionsLoaded, type InstructionsLoaded } from "../../../hooks/instructions-loaded.js";
import type { Command } from "../../../schemas/command.js";
import type { Subcommand } from "../../../schemas/front.js";
import type { KindReader } from "../../../schemas/parts.js";
import type { Session } from "../../../schemas/session.js";
import { findPlaces, holdsGuidelines, type Finding } from "./find-places.js";
import type { Known } from "./known.js";
import { placesIn } from "./places.js";

/** Longer than any person takes to answer, or any hook that watches what is loaded. */
const PATIENT = { deadline: 3_600_000 };

/** Tools that work on one file, each with the input that names it. */
const FILE_TOOLS: Readonly<Record<string, string>> = {
  Read: "file_path",
  Edit: "file_path",
  Write: "file_path",
  NotebookEdit: "notebook_path",
};

const setup: Setup = (ctx) => {
  const { kernel, settings } = ctx;
  const userHome = kernel.env["HOME"] || homedir();
  const off = new Set((settings["guidelines.off"] as readonly string[] | undefined) ?? []);
  const finding: Finding = { home: kernel.home, userHome, off };
  const fire = ctx.point("InstructionsLoaded", instructionsLoaded as unknown as () => InstructionsLoaded);
  const known = new WeakMap<Session, Known>();
  const telling = { kernel, userHome, fire };
  const added = settings["guidelines.added_folders"] === true;
  const foldersOf = ({ folders }: Session): readonly string[] => (added ? folders.slice(1) : []);

  ctx.tap(
    "SessionStart",
    async (start, session) => {
      if (settings["guidelines.disabled"] === true || session.agent?.omitGuidelines) return undefined;
      const { project, places } = findPlaces(session.root, foldersOf(session), finding);
      const one: Known = { project, told: new Set(), visited: new Set([session.root]), waiting: [], outside: [] };
      known.set(session, one);
      const nothing = places.length === 0 && start.source === "startup" && !holdsGuidelines(kernel);
      if (nothing) return undefined;
      const { tellAtStart } = await import("./tell.js");
      const context = await tellAtStart(session, one, places, telling);
      if (one.outside.length > 0) askLater();
      return { ...start, context: [...start.context, ...context] };
    },
    PATIENT,
  );

  ctx.tap(
    "PostToolUse",
    async (finished, call, session) => {
      const one = known.get(session);
      const given = call.input[FILE_TOOLS[call.name] ?? ""];
      if (!one || typeof given !== "string" || finished.output.isError || !isOfReply(session, call.id))
        return undefined;
      const file = resolve(session.cwd, given.startsWith("~/") ? join(userHome, given.slice(2)) : given);
      const tops = [session.root, ...foldersOf(session)];
      const places = tops.flatMap((top) => newFolders(top, file, one.visited)).flatMap((dir) => placesIn(dir, finding));
      const rules = one.waiting.length > 0;
      if (places.length === 0 && !rules) return undefined;
      const { tellOfFile } = await import("./tell.js");
      const wanted = places.filter(({ path }) => !isOff(off, path));
      const context = await tellOfFile(session, one, { file, places: wanted }, telling);
      return context.length > 0 ? { ...finished, context: [...finished.context, ...context] } : undefined;
    },
    PATIENT,
  );

  let asks = false;
  /** Imports that lead out of the project are asked about with the first prompt: before it nobody may be there to answer. */
  function askLater(): void {
    if (asks) return;
    asks = true;
    ctx.tap(
      "UserPromptSubmit",
      async (prompt, session) => {
        const one = known.get(session);
        const waits = one !== undefined && one.outside.length > 0;
        if (!waits || prompt.handled !== undefined || prompt.blocked !== undefined) return undefined;
        const { tellOutside } = await import("./outside.js");
        const context = await tellOutside(session, one, telling, prompt.signal);
        return { ...prompt, context: [...prompt.context, ...context] };
      },
      { ...PATIENT, stage: 10 },
    );
  }

  ctx.add(
    "kind",
    live<KindReader>({
      name: "guideline",
      read: async (places) => (await import("./context-files.js")).contextFiles(places),
    }),
  );
  ctx.add(
    "command",
    live<Command>({
      name: "memory",
      async run({ session }) {
        const { memory } = await import("./memory.js");
        const found = findPlaces(session.root, foldersOf(session), finding);
        return { answer: await memory(found, { kernel, userHome, known: known.get(session) }) };
      },
    }),
  );
  for (const name of ["list", "check"] as const) {
    ctx.add(
      "subcommand",
      live<Subcommand>({
        name: `guidelines ${name}`,
        async run(invocation) {
          const found = findPlaces(kernel.cwd, [], finding);
          if (name === "list") return (await import("./memory.js")).list(found, { kernel, userHome }, invocation);
          return (await import("./check/run-check.js")).runCheck(found, { kernel, userHome }, invocation);
        },
      }),
    );
  }
};
export default setup;

/** Calls that no reply asked for have nobody who reads what is added to them. */
function isOfReply({ messages }: Session, id: string): boolean {
  return messages.slice(-2).some(({ content }) => content.some((block) => "id" in block && block.id === id));
}

function isOff(off: ReadonlySet<string>, path: string): boolean {
  return [...off].some((name) => path.endsWith(`/${name}`));
}

/** The folders between `top` and a file that nobody has looked into yet, the outermost first. */
function newFolders(top: string, file: string, visited: Set<string>): readonly string[] {
  const way = relative(top, dirname(file));
  if (way.startsWith("..") || isAbsolute(way)) return [];
  const folders: string[] = [];
  for (let dir = dirname(file); dir !== top && !visited.has(dir) && dirname(dir) !== dir; dir = dirname(dir)) {
    visited.add(dir);
    folders.unshift(dir);
  }
  return folders;
}
