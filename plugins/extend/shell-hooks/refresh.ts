import type { Session } from "../../../schemas/session.js";
import { fire, notice, wants, type Bridge } from "./bridge.js";
import { refusalOf } from "./outcome.js";

const SOURCES: Readonly<Record<string, string>> = {
  user: "user_settings",
  project: "project_settings",
  local: "local_settings",
  managed: "policy_settings",
};

/**
 * Takes in what has changed in settings files and plugins since the last prompt. Hooks for ConfigChange hear of it, and
 * may keep a changed file from counting.
 */
export async function refreshed(bridge: Bridge, session: Session): Promise<void> {
  const { settings, book } = bridge;
  const changed = await settings.changed((sentence) => notice(bridge, session, "warning", sentence));
  for (const { file, layer, accept } of changed) {
    const source = SOURCES[layer] ?? "user_settings";
    const refusal = await told(bridge, session, source, file);
    if (refusal !== undefined && layer !== "managed") {
      notice(bridge, session, "warning", `The change of ${file} does not count: ${refusal}`);
      continue;
    }
    accept();
    book.expire();
  }
  if (await book.partsChanged()) await told(bridge, session, "skills", undefined);
  await book.refresh();
}

async function told(
  bridge: Bridge,
  session: Session,
  source: string,
  file: string | undefined,
): Promise<string | undefined> {
  if (!wants(bridge, "ConfigChange", session)) return undefined;
  const input = { source, ...(file !== undefined && { file_path: file }) };
  const outcomes = await fire(bridge, "ConfigChange", session, { value: source, input });
  return outcomes.map(refusalOf).find((reason) => reason !== undefined);
}
