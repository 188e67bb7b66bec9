import type { Session } from "../../../schemas/session.js";
import { Loader } from "./loader.js";
import type { Known } from "./known.js";
import { notify, tell, type Telling } from "./tell.js";

/**
 * Imports that lead out of a trusted project are read when the permission gate lets Read have them: a rule allows it,
 * or the person says yes. Where nobody can be asked they are left out. Said once, whatever comes of it.
 */
export async function tellOutside(
  session: Session,
  known: Known,
  telling: Telling,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const { kernel, userHome } = telling;
  const { outside } = known;
  known.outside = [];
  const loader = new Loader({ userHome, told: known.told, excludes: [] });
  const gate = await kernel.service("permissions");
  const asked = new Set<string>();
  for (const { real, parent, line, from } of outside) {
    if (known.told.has(real) || asked.has(real)) continue;
    asked.add(real);
    const call = { name: "Read", input: { file_path: real, limit: 1 } };
    const ask = { ask: !session.headless, ...(signal && { signal }) };
    const used = gate && (await session.use(call, ask));
    if (used?.ran && !used.output.isError) {
      const { origin, level, base, trusted } = from;
      loader.add({ path: real, level, base }, { origin, trusted, within: real }, { reason: "include", parent });
    } else {
      loader.notices.push(
        `Guidelines: ${parent}:${line} imports ${real}, which lies outside of the project; it is not read. The permission rule Read(/${real}) allows it.`,
      );
    }
  }
  notify(session, telling, loader);
  const fresh = loader.entries.filter((entry) => entry.text !== undefined);
  return tell(session, known, telling, fresh);
}
