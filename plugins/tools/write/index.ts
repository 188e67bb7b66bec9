import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { Tool, ToolContext, ToolOutput } from "../../../schemas/tool.js";
import { fileProblem } from "../file-problem.js";
import { absolutePath, homeOf } from "../given-path.js";
import { writeFile } from "./write-file.js";

interface Input {
  readonly file_path: string;
  readonly content: string;
}

const setup: Setup = (ctx) => {
  const home = homeOf(ctx.kernel);
  const run = async ({ file_path, content }: Input, { session }: ToolContext): Promise<ToolOutput> => {
    const path = absolutePath(file_path, session.cwd, home);
    try {
      return await writeFile(path, content, session);
    } catch (error) {
      throw fileProblem(error, path);
    }
  };
  ctx.add("tool", live<Tool>({ name: "Write", run: (input, context) => run(input as unknown as Input, context) }));
};
export default setup;
