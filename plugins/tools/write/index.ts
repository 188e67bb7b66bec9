import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { Tool, ToolContext, ToolOutput } from "../../../schemas/tool.js";
import { userHome } from "../../../schemas/user-home.js";
import { fileProblem } from "../file-problem.js";
import { givenPath } from "../given-path.js";
import { writeFile } from "./write-file.js";

interface Input {
  readonly file_path: string;
  readonly content: string;
}

const setup: Setup = (ctx) => {
  const home = userHome(ctx.kernel.env);
  const run = async ({ file_path, content }: Input, context: ToolContext): Promise<ToolOutput> => {
    const given = givenPath(file_path, context, home);
    try {
      return await writeFile(given, content, context.session);
    } catch (error) {
      throw fileProblem(error, given.path);
    }
  };
  ctx.add("tool", live<Tool>({ name: "Write", run: (input, context) => run(input as unknown as Input, context) }));
};
export default setup;
