import type { ShellReading } from "../../../../schemas/guards.js";
import { viewsOf } from "./command-views.js";
import { readScript } from "./read-script.js";

/** The commands of a line, for those who ask by the service. Only after `loadGrammar`. */
export function readingOf(line: string): ShellReading {
  const { views, unclear } = viewsOf(readScript(line));
  const commands = views.map(({ words }) => ({
    words: words.map(({ text, dynamic }) => (dynamic ? undefined : text)),
    text: words.map(({ text }) => text).join(" "),
  }));
  return { commands, ...(unclear !== undefined && { unclear }) };
}
