import type { KernelView } from "../../../core/types.js";
import { oneLine } from "../../../schemas/printable.js";
import type { Session } from "../../../schemas/session.js";
import type { Screen } from "./screen.js";

export interface RewindDesk {
  readonly kernel: KernelView;
  readonly session: Session;
  readonly screen: Screen;
  /** A line from the person; undefined when they want out. */
  ask(question: string): Promise<string | undefined>;
}

const SHOWN = 20;
const WHAT: Readonly<Record<string, string>> = { f: "files", c: "conversation", b: "both" };

/** Lets the person choose a prompt and what goes back to it. Answers with the whole command, or nothing. */
export async function chooseRewind({ kernel, session, screen, ask }: RewindDesk): Promise<string | undefined> {
  const points = (await (await kernel.service("checkpoints"))?.list(session)) ?? [];
  if (points.length === 0) return void screen.line("Nothing was said yet: there is nothing to go back to.");
  for (const [place, { title, files }] of points.slice(0, SHOWN).entries()) {
    const changed = files === 0 ? "" : ` (${files === 1 ? "1 file" : `${files} files`} changed)`;
    screen.line(`${String(place + 1).padStart(3)}  ${oneLine(title, 80)}${changed}`);
  }
  const place = Number((await ask("Go back to before which? A number, or Enter to stay: "))?.trim());
  screen.wasEdited();
  if (!Number.isInteger(place) || !points[place - 1]) return void screen.line("Everything stays as it is.");
  const said = (await ask("What goes back? f = files, c = conversation, b = both: "))?.trim().toLowerCase() ?? "";
  screen.wasEdited();
  const what = WHAT[said.slice(0, 1)];
  return what === undefined ? void screen.line("Everything stays as it is.") : `/rewind ${place} ${what}`;
}
