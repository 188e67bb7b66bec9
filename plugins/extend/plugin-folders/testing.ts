import type { Plugin } from "../../../core/types.js";
import type { Diagnostic, KindReader, Part } from "../../../schemas/parts.js";
import { listFiles } from "../list-files.js";
import { readText } from "../read-text.js";

/** A reader of `notes/*.md` whose parts are the first lines; `log` tells which files it has read. */
export function noteReader(log: string[], digest?: string): Plugin {
  const spec = { name: "note", folder: "notes", ...(digest !== undefined && { digest }) };
  const reader: KindReader = {
    ...spec,
    async read(places, from) {
      const parts: Part[] = [];
      const problems: Diagnostic[] = [];
      const files: string[] = [];
      for (const { path = "" } of places) {
        const listed = listFiles(path, from, { depth: 2, wants: (name) => name.endsWith(".md") });
        problems.push(...listed.problems);
        files.push(...listed.folders, ...listed.files);
        for (const file of listed.files) {
          const text = readText(file);
          log.push(file);
          if (typeof text !== "string") problems.push(text);
          else if (text.startsWith("throw")) throw new Error("no luck");
          else parts.push({ kind: "note", name: text.split("\n")[0]!, file, data: {} });
        }
      }
      return { parts, problems, files };
    },
  };
  return { name: "notes", provides: { kind: [spec] }, setup: (ctx) => ctx.add("kind", reader) };
}
