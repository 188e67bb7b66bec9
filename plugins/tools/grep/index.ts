import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { Tool, ToolContext, ToolOutput } from "../../../schemas/tool.js";
import { userHome } from "../../../schemas/user-home.js";
import { Processes } from "../process.js";
import { readableFiles } from "../readable.js";
import { search } from "../ripgrep.js";
import { searchRoot } from "../search-root.js";
import { Found } from "./found.js";
import { render } from "./render.js";
import { argumentsOf, fileFilter, type Input } from "./request.js";

const setup: Setup = (ctx) => {
  const { kernel } = ctx;
  const home = userHome(kernel.env);
  const processes = new Processes();

  const run = async (input: Input, context: ToolContext): Promise<ToolOutput> => {
    const { pattern, path, output_mode: mode = "files_with_matches" } = input;
    if (pattern.includes("\0")) throw new Error("The pattern contains a NUL character.");
    const root = searchRoot(path, context, home);
    const mayRead = await readableFiles(kernel, context.session);
    const found = new Found(mode, fileFilter(input), (file) => mayRead(`${root.folder}/${file}`));
    const end = await search(
      {
        args: argumentsOf(input, `./${root.file ?? ""}`),
        folder: root.folder,
        separator: mode === "files_with_matches" ? "\0" : "\n",
        onRecord: (record) => found.add(record),
      },
      { processes, context, env: kernel.env },
    );
    return render(found, { input, root, end });
  };
  ctx.add("tool", live<Tool>({ name: "Grep", run: (input, context) => run(input as unknown as Input, context) }));
  ctx.onDispose(() => processes.endAll());
};
export default setup;
