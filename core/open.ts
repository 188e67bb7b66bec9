import { realpathSync } from "node:fs";
import { EXIT, UserError } from "../schemas/errors.js";
import type { ContextPart, ContextSpec } from "../schemas/front.js";
import type { Session, SessionInit } from "../schemas/session.js";
import { chooseProvider, type Choice } from "./choose-provider.js";
import { emptyState, fold, interrupted, type State } from "../schemas/fold.js";
import type { NacreKernel } from "./kernel.js";
import { Conversation } from "./session.js";

/** Opens a conversation: folds its past, settles model and system prompt, and tells everybody. */
export async function openSession(kernel: NacreKernel, init: SessionInit, open: Set<Session>): Promise<Session> {
  const root = realFolder(init.cwd ?? kernel.cwd);
  const state = emptyState(root);
  for await (const event of init.past ?? []) fold(state, event);
  for (const entry of kernel.registry.all("clock")) await kernel.get("clock", entry.name);
  const choice = await settle(kernel, init, state);
  const system = init.system ?? (state.system.length > 0 ? state.system : await systemPrompt(kernel, root, choice));
  await kernel.hook("Event");
  const session = new Conversation(kernel, init, state, root);
  session.onClose = () => open.delete(session);
  open.add(session);
  kernel.onTrouble = (text, plugin) => {
    session.emit({ type: "notice", at: kernel.clock.now(), level: "warning", text, plugin });
  };
  const unanswered = [...state.open];
  session.emit({
    type: "session",
    at: kernel.clock.now(),
    id: session.id,
    source: init.source ?? "startup",
    version: kernel.version,
    root,
    cwd: realOr(state.cwd, root),
    ...choice,
    system,
    ...(init.parent !== undefined && { parent: init.parent }),
    ...(init.name !== undefined && { name: init.name }),
    ...(init.headless && { headless: true }),
  });
  for (const [id, call] of unanswered) {
    const at = kernel.clock.now();
    session.emit({
      type: "result",
      at,
      id,
      name: call.name,
      content: interrupted(call),
      isError: true,
      ms: 0,
    });
  }
  await session.start(init.source ?? "startup");
  return session;
}

function settle(kernel: NacreKernel, init: SessionInit, state: State): Promise<Choice> {
  const asked = init.provider ?? (kernel.settings.get("api.provider") as string | undefined);
  const model = init.model ?? (kernel.settings.get("api.model") as string | undefined);
  const kept = state.provider !== "" && asked === undefined && kernel.registry.find("provider", state.provider);
  if (kept) return Promise.resolve({ provider: state.provider, model: model ?? state.model });
  return chooseProvider(kernel, asked ?? "auto", model);
}

function realFolder(dir: string): string {
  try {
    return realpathSync.native(dir);
  } catch {
    throw new UserError(`The working folder ${dir} does not exist or cannot be entered.`, EXIT.usage);
  }
}

function realOr(dir: string, fallback: string): string {
  try {
    return realpathSync.native(dir);
  } catch {
    return fallback;
  }
}

/** All contributed parts, stable ones first, so that the cached beginning lives as long as it can. */
async function systemPrompt(kernel: NacreKernel, cwd: string, choice: Choice): Promise<readonly string[]> {
  const values: Readonly<Record<string, string>> = {
    cwd,
    model: choice.model,
    platform: process.platform,
    shell: "bash",
    date: new Date(kernel.clock.now()).toISOString().slice(0, 10),
  };
  const fill = (text: string): string => text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole);
  const stable: string[] = [];
  const session: string[] = [];
  for (const part of kernel.all("context")) {
    const text = await textOf(kernel, part);
    if (text) (part.volatility === "stable" ? stable : session).push(fill(text));
  }
  return [stable.join("\n\n"), session.join("\n\n")].filter((text) => text !== "");
}

async function textOf(kernel: NacreKernel, part: ContextSpec): Promise<string | undefined> {
  if (part.unless !== undefined && kernel.settings.get(part.unless) !== undefined) return undefined;
  const setting = part.setting === undefined ? undefined : kernel.settings.get(part.setting);
  if (typeof setting === "string") return setting;
  if (part.text !== undefined) return part.text;
  const live: ContextPart | undefined = part.setting === undefined ? await kernel.get("context", part.name) : undefined;
  return live?.render?.();
}
