import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { Tool, ToolContext, ToolOutput } from "../../../schemas/tool.js";
import { fileProblem } from "../file-problem.js";
import { absolutePath, homeOf } from "../given-path.js";
import { editFile, type Wanted } from "./edit-file.js";

interface Input {
  readonly file_path: string;
  readonly old_string: string;
  readonly new_string: string;
  readonly replace_all?: boolean;
}

const setup: Setup = (ctx) => {
  const home = homeOf(ctx.kernel);
  const run = async (input: Input, { session }: ToolContext): Promise<ToolOutput> => {
    const path = absolutePath(input.file_path, session.cwd, home);
    const { old_string: old, new_string: replacement, replace_all: all = false } = input;
    const wanted: Wanted = { path, old, replacement, all };
    try {
      return await editFile(wanted, session);
    } catch (error) {
      throw fileProblem(error, path);
    }
  };
  ctx.add("tool", live<Tool>({ name: "Edit", run: (input, context) => run(input as unknown as Input, context) }));
};
export default setup;
