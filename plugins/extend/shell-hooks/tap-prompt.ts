import type { Prompt } from "../../../hooks/user-prompt-submit.js";
import type { Expansion } from "../../../hooks/user-prompt-expansion.js";
import { textOf } from "../../../schemas/message.js";
import type { Session } from "../../../schemas/session.js";
import { contextOf, fire, marksOf, PATIENT, textField, wants, type Bridge } from "./bridge.js";
import { isJudge } from "./own.js";
import { refusalOf } from "./outcome.js";
import { refreshed } from "./refresh.js";

/** Before commands are expanded: hooks are told what was typed. After plugins have looked for what is new. */
const STAGE = -50;

/** UserPromptSubmit, UserPromptExpansion and InstructionsLoaded. */
export function tapPrompt(bridge: Bridge): void {
  const { ctx } = bridge;
  ctx.tap(
    "UserPromptSubmit",
    async (prompt, session) => {
      if (isJudge(session)) return undefined;
      bridge.inputs.notePrompt(session.id, prompt.id);
      const marks = marksOf(bridge, session);
      clearTimeout(marks.idle);
      bridge.turns.delete(session);
      marks.continued = 0;
      if (!session.agent) await refreshed(bridge, session);
      return submitted(bridge, prompt, session);
    },
    { ...PATIENT, stage: STAGE },
  );
  ctx.tap("UserPromptExpansion", async (expansion, session) => expanded(bridge, expansion, session), PATIENT);
  ctx.tap(
    "InstructionsLoaded",
    async ({ file, level, reason, globs, trigger, parent }, session) => {
      if (!wants(bridge, "InstructionsLoaded", session)) return;
      const input = {
        file_path: file,
        memory_type: level[0]!.toUpperCase() + level.slice(1),
        load_reason: reason,
        ...(globs && { globs }),
        ...(trigger !== undefined && { trigger_file_path: trigger }),
        ...(parent !== undefined && { parent_file_path: parent }),
      };
      await fire(bridge, "InstructionsLoaded", session, { value: reason, input });
    },
    PATIENT,
  );
}

async function submitted(bridge: Bridge, prompt: Prompt, session: Session): Promise<Prompt | undefined> {
  const waiting = bridge.runner.inbox.take(session);
  const before = { ...prompt, context: [...prompt.context, ...waiting] };
  // An agent's prompt is its parent's words, not the user's.
  if (session.agent || !wants(bridge, "UserPromptSubmit", session)) return waiting.length > 0 ? before : undefined;
  const text = textOf(prompt.content);
  const title = session.name === undefined ? {} : { session_title: session.name };
  const outcomes = await fire(bridge, "UserPromptSubmit", session, { input: { prompt: text, ...title } });
  const name = textField(outcomes, "sessionTitle");
  if (name !== undefined) {
    session.emit({ type: "change", at: bridge.ctx.kernel.clock.now(), name: name.slice(0, 200) });
  }
  const refused = outcomes.find((outcome) => refusalOf(outcome) !== undefined);
  const context = [...before.context, ...contextOf("UserPromptSubmit", outcomes)];
  if (!refused) return { ...before, context };
  const original = refused.suppressOriginalPrompt ? "" : `\n\nOriginal prompt: ${text}`;
  return { ...before, context, blocked: `${refusalOf(refused)}${original}` };
}

async function expanded(bridge: Bridge, expansion: Expansion, session: Session): Promise<Expansion | undefined> {
  if (!wants(bridge, "UserPromptExpansion", session)) return undefined;
  const { command, args, source, prompt } = expansion;
  const outcomes = await fire(bridge, "UserPromptExpansion", session, {
    value: command,
    input: {
      expansion_type: "slash_command",
      command_name: command,
      command_args: args,
      command_source: source,
      prompt,
    },
  });
  const blocked = outcomes.map(refusalOf).find((reason) => reason !== undefined);
  const context = [...expansion.context, ...contextOf("UserPromptExpansion", outcomes)];
  return { ...expansion, context, ...(blocked !== undefined && { blocked }) };
}
