import { mkdirSync, rmdirSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import type { KernelView } from "../../../core/types.js";
import type { ToolCall } from "../../../schemas/decision.js";
import type { JsonObject } from "../../../schemas/json.js";
import type { HookEvent } from "../../../schemas/event.js";
import type { Session } from "../../../schemas/session.js";
import { projectRoot } from "../../../schemas/project-root.js";
import { statOf } from "../../../schemas/stat-of.js";
import type { Hook } from "./hook.js";

/** Where an event happens. */
export interface Scene {
  readonly sessionId: string;
  readonly cwd: string;
  /** The folder the session was opened in. */
  readonly root: string;
  /** Absent when a hook is fired by hand. */
  readonly session?: Session;
}

/** One event, ready to be fired. */
export interface Firing {
  readonly event: string;
  readonly scene: Scene;
  /** What matchers are compared with. */
  readonly value?: string;
  /** What the event adds to the common fields. */
  readonly input: JsonObject;
  /** The call it is about. */
  readonly call?: ToolCall;
  readonly signal?: AbortSignal;
  /** Milliseconds all hooks have together, whatever they ask for. */
  readonly budget?: number;
  /** Only these hooks. */
  readonly only?: (hook: Hook) => boolean;
  /** Told of every hook that has run. */
  readonly told?: (record: HookEvent, hook: Hook) => void;
  /** The file whose variables later commands will see. */
  readonly envFile?: string;
}

export function sceneOf(session: Session): Scene {
  return { sessionId: session.id, cwd: session.cwd, root: session.root, session };
}

/** The modes that the public protocol knows; ours that are stricter are told as the nearest of them. */
const MODES: Readonly<Record<string, string>> = { readOnly: "plan", confirmEach: "default", deny: "dontAsk" };

/** Builds what every hook is told, and keeps what is slow to find out. */
export class Inputs {
  readonly #kernel: KernelView;
  readonly #paths = new Map<string, string>();
  readonly #prompts = new Map<string, string>();
  readonly #roots = new Map<string, string>();
  readonly #scratch = new Set<string>();

  constructor(kernel: KernelView) {
    this.#kernel = kernel;
  }

  /** A prompt was sent: hooks are told its id. */
  notePrompt(session: string, id: string): void {
    this.#prompts.set(session, id);
  }

  forget(session: string): void {
    if (this.#scratch.has(session)) removeEmpty(this.#scratchpad(session));
    for (const map of [this.#paths, this.#prompts, this.#scratch]) map.delete(session);
  }

  /** The project a session works in. */
  project({ root }: Scene): string {
    let project = this.#roots.get(root);
    if (project === undefined) this.#roots.set(root, (project = projectRoot(root, this.#kernel.home)));
    return project;
  }

  async of({ event, scene, input }: Firing): Promise<JsonObject> {
    const { sessionId, cwd, session } = scene;
    const prompt = this.#prompts.get(sessionId);
    const mode = session && (await this.#kernel.service("permissions"))?.mode(session);
    return {
      session_id: sessionId,
      ...(prompt !== undefined && { prompt_id: prompt }),
      transcript_path: await this.transcriptOf(session),
      cwd,
      scratchpad_dir: this.#scratchpad(sessionId),
      ...(mode !== undefined && { permission_mode: MODES[mode] ?? mode }),
      hook_event_name: event,
      ...(session?.agent && { agent_id: session.agent.id, agent_type: session.agent.type }),
      ...input,
    };
  }

  /** Where a session is kept; empty as long as it is nowhere. */
  async transcriptOf(session: Session | undefined): Promise<string> {
    if (!session) return "";
    const known = this.#paths.get(session.id);
    if (known !== undefined) return known;
    const transcripts = await this.#kernel.service("transcripts");
    const found = await transcripts?.find(session.id, session.root).catch(() => undefined);
    // Until its first line is written there is nothing to be found.
    if (found || !transcripts) this.#paths.set(session.id, found?.path ?? "");
    return found?.path ?? "";
  }

  #scratchpad(sessionId: string): string {
    const dir = join(this.#kernel.home, "tmp", sessionId.replace(/[^\w.-]/g, "-"));
    if (this.#scratch.has(sessionId)) return dir;
    this.#scratch.add(sessionId);
    try {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
    } catch {
      // A home that cannot be written to has no such folder; hooks see that for themselves.
    }
    return dir;
  }
}

function removeEmpty(dir: string): void {
  try {
    rmdirSync(dir);
  } catch {
    // Somebody has left something in it, or it is gone already.
  }
}

/** Where a hook runs: the session's folder, or the nearest to it that is still there. */
export function workingFolder(scene: Scene, project: string): string {
  const places = [scene.cwd, scene.root, project, homedir(), tmpdir()];
  return places.find((dir) => statOf(dir)?.isDirectory()) ?? "/";
}
