import { realFolder } from "../schemas/real-folder.js";
import { chooseModel } from "../hooks/choose-model.js";
import { systemPrompt } from "../hooks/system-prompt.js";
import type { Session, SessionInit } from "../schemas/session.js";
import { fold, interrupted } from "../schemas/fold.js";
import type { Engine } from "./engine.js";
import { Conversation } from "./session.js";

/** Opens a conversation: folds its past, settles model and system prompt, and tells everybody. */
export async function openSession(kernel: Engine, init: SessionInit, open: Set<Session>): Promise<Session> {
  const root = realFolder(init.cwd ?? kernel.cwd);
  for (const entry of kernel.registry.all("clock")) await kernel.get("clock", entry.name).catch(() => undefined);
  const session = new Conversation(kernel, init, root);
  for await (const event of init.past ?? []) fold(session, event);
  const choice = await chooseModel(kernel, init, session);
  const system =
    init.system ??
    (session.system.length > 0
      ? session.system
      : await systemPrompt(kernel, { cwd: root, model: choice.model, now: kernel.clock.now() }));
  await kernel.hook("Event");
  session.onClose = () => open.delete(session);
  open.add(session);
  if (!init.agent) {
    kernel.onTrouble = (text, plugin) =>
      session.emit({ type: "notice", at: kernel.clock.now(), level: "warning", text, plugin });
  }
  const unanswered = [...session.open];
  session.emit({
    type: "session",
    at: kernel.clock.now(),
    id: session.id,
    source: init.source ?? "startup",
    version: kernel.version,
    root,
    cwd: realFolder(session.cwd, root),
    ...choice,
    system,
    ...(init.parent !== undefined && { parent: init.parent }),
    ...(init.name !== undefined && { name: init.name }),
    ...(init.headless && { headless: true }),
  });
  for (const [id, call] of unanswered) {
    const facts = { at: kernel.clock.now(), id, name: call.name, ms: 0 };
    session.emit({ type: "result", ...facts, content: interrupted(call), isError: true });
  }
  await session.start(init.source ?? "startup");
  return session;
}
