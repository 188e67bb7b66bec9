import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { Tool, ToolContext, ToolOutput } from "../../../schemas/tool.js";
import { userHome } from "../../../schemas/user-home.js";
import { fileProblem } from "../file-problem.js";
import { givenPath } from "../given-path.js";
import { editFile, type Wanted } from "./edit-file.js";

interface Input {
  readonly file_path: string;
  readonly old_string: string;
  readonly new_string: string;
  readonly replace_all?: boolean;
}

const setup: Setup = (ctx) => {
  const home = userHome(ctx.kernel.env);
  const run = async (input: Input, context: ToolContext): Promise<ToolOutput> => {
    const given = givenPath(input.file_path, context, home);
    const { old_string: old, new_string: replacement, replace_all: all = false } = input;
    const wanted: Wanted = { ...given, old, replacement, all };
    try {
      return await editFile(wanted, context.session);
    } catch (error) {
      throw fileProblem(error, given.path);
    }
  };
  ctx.add("tool", live<Tool>({ name: "Edit", run: (input, context) => run(input as unknown as Input, context) }));
};
export default setup;
