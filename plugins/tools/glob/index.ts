import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { Tool, ToolContext, ToolOutput } from "../../../schemas/tool.js";
import { userHome } from "../../../schemas/user-home.js";
import { nameFilter } from "../name-filter.js";
import { newestFirst } from "../newest-first.js";
import { pathGlob } from "../../../schemas/path-glob.js";
import { Processes } from "../process.js";
import { readableFiles } from "../readable.js";
import { cutShort, search, type SearchEnd } from "../ripgrep.js";
import { searchRoot } from "../search-root.js";
import { patternBelow, startFolder } from "./start-folder.js";

interface Input {
  readonly pattern: string;
  readonly path?: string;
}

const SHOWN = 100;

/** Matching files beyond this number are not looked for. */
const FOUND = 100_000;

const setup: Setup = (ctx) => {
  const { kernel } = ctx;
  const home = userHome(kernel.env);
  const processes = new Processes();

  const run = async ({ pattern: given, path }: Input, context: ToolContext): Promise<ToolOutput> => {
    const started = performance.now();
    const { session } = context;
    const root = searchRoot(path, context, home);
    if (root.file !== undefined) throw new Error(`${root.show("")} is a file; path must be a folder.`);
    const pattern = patternBelow(given, root.folder, home);
    const fits = pathGlob(pattern);
    const mayRead = await readableFiles(kernel, session);
    const found: string[] = [];
    const start = startFolder(pattern, root.folder);
    let end: SearchEnd = { cause: "exit" };
    if (start !== undefined) {
      const args = ["--files", "--null", ...nameFilter(pattern), "--", `./${start}`];
      const onRecord = (record: string): boolean => {
        const file = record.replace(/^\.\/+/, "");
        if (fits(file) && mayRead(`${root.folder}/${file}`)) found.push(file);
        return found.length < FOUND;
      };
      end = await search(
        { args, folder: root.folder, separator: "\0", onRecord },
        { processes, context, env: kernel.env },
      );
    }
    const newest = await newestFirst(found, root.folder);
    const filenames = newest.slice(0, SHOWN).map((file) => root.show(file));
    const truncated = newest.length > SHOWN || end.cause !== "exit";
    return {
      content: (filenames.length === 0 ? "No files found." : filenames.join("\n")) + note(newest.length, end),
      details: {
        filenames,
        numFiles: filenames.length,
        durationMs: Math.round(performance.now() - started),
        truncated,
      },
    };
  };
  ctx.add("tool", live<Tool>({ name: "Glob", run: (input, context) => run(input as unknown as Input, context) }));
  ctx.onDispose(() => processes.endAll());
};
export default setup;

function note(found: number, end: SearchEnd): string {
  const late = cutShort(end) && `\n${cutShort(end)}`;
  if (found <= SHOWN) return late;
  const all = end.cause === "exit" ? `${found}` : `more than ${found}`;
  return `\n(The newest ${SHOWN} of ${all} files; narrow the pattern or the path.)${late}`;
}
