import type { PluginContext } from "../../../core/types.js";
import type { HookEvent } from "../../../schemas/event.js";
import { textOf, type Block, type Message } from "../../../schemas/message.js";
import type { Session } from "../../../schemas/session.js";
import type { FiledRule, Rules } from "./rules.js";
import { callHappening, striking, type Happening } from "./strikes.js";

/** Characters of a conversation that a rule about its end may look at. */
const MOST_TRANSCRIPT = 20_000;

/** Asks the rules at every moment they can be about. */
export function tapRules(ctx: PluginContext, rules: Rules): void {
  const found = async (happening: Happening): Promise<readonly FiledRule[]> => striking(await rules.all(), happening);
  ctx.tap("PreToolUse", async (pending, session) => {
    const { name, input } = pending.call;
    const struck = await found(callHappening(name, input));
    if (struck.length === 0) return undefined;
    tell(ctx, session, `PreToolUse:${name}`, pending.again ? [] : struck);
    const blocking = struck.filter(({ action }) => action === "block");
    if (blocking.length > 0) {
      const [first] = blocking;
      const rule = { rule: `hookify rule ${first!.name}`, origin: first!.file };
      return { ...pending, decision: { behavior: "deny" as const, reason: words(blocking), ...rule } };
    }
    return pending.again ? undefined : { ...pending, context: [...(pending.context ?? []), words(struck)] };
  });
  ctx.tap("UserPromptSubmit", async (prompt, session) => {
    const text = textOf(prompt.content);
    const struck = await found({ event: "prompt", field: (name) => (PROMPT.has(name) ? text : undefined) });
    if (struck.length === 0) return undefined;
    tell(ctx, session, "UserPromptSubmit", struck);
    const blocking = struck.filter(({ action }) => action === "block");
    if (blocking.length > 0) return { ...prompt, blocked: words(blocking) };
    return { ...prompt, context: [...prompt.context, words(struck)] };
  });
  ctx.tap("Stop", async ({ reply, continued }, session) => {
    const said = textOf(reply.message.content);
    const struck = await found({ event: "stop", field: (name) => ending(name, said, session) });
    if (struck.length === 0) return undefined;
    if (continued === 0) tell(ctx, session, "Stop", struck);
    // Saying it once is enough: a rule that nothing can satisfy must not keep the turn going.
    const blocking = continued === 0 ? struck.filter(({ action }) => action === "block") : [];
    return blocking.length > 0 ? words(blocking) : undefined;
  });
}

const PROMPT: ReadonlySet<string> = new Set(["user_prompt", "prompt", "any"]);

function ending(name: string, said: string, session: Session): string | undefined {
  if (name === "reason" || name === "last_message") return said;
  return name === "transcript" || name === "any" ? `${transcriptOf(session.messages)}\n${said}` : undefined;
}

/** The end of a conversation as text. */
function transcriptOf(messages: readonly Message[]): string {
  const parts: string[] = [];
  let length = 0;
  for (let place = messages.length - 1; place >= 0 && length < MOST_TRANSCRIPT; place--) {
    const text = messages[place]!.content.map(shown).join("\n");
    parts.unshift(text);
    length += text.length;
  }
  return parts.join("\n");
}

function shown(block: Block): string {
  if (block.type === "text") return block.text;
  if (block.type === "tool_use") return `${block.name} ${JSON.stringify(block.input)}`;
  return block.type === "tool_result" ? textOf(block.content) : "";
}

function words(struck: readonly FiledRule[]): string {
  return struck.map(({ name, message }) => `[${name}] ${message}`).join("\n\n");
}

/** Says what struck: to the person, and to whoever records hooks. */
function tell({ kernel, plugin }: PluginContext, session: Session, name: string, struck: readonly FiledRule[]): void {
  const at = kernel.clock.now();
  for (const { name: rule, file, action, message } of struck) {
    const effect = `${action === "block" ? "blocked" : "warned"}: ${message.split("\n", 1)[0]!.slice(0, 200)}`;
    const facts = {
      id: kernel.clock.id(),
      event: name.split(":", 1)[0]!,
      name,
      handler: "rule",
      what: rule,
      from: file,
    };
    const record: HookEvent = { type: "hook", at, ...facts, ms: 0, outcome: "success", effects: [effect] };
    session.emit({ type: "hook_started", id: facts.id, event: facts.event, name });
    session.emit(record);
    const text = `Rule ${rule}: ${message}`.slice(0, 500);
    session.emit({ type: "notice", at, level: "warning", text, plugin: plugin.name });
  }
}
