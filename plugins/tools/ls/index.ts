import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { Tool, ToolContext, ToolOutput } from "../../../schemas/tool.js";
import { fileProblem } from "../file-problem.js";
import { absolutePath, homeOf } from "../given-path.js";
import { listFolder, type Wanted } from "./list-folder.js";

const setup: Setup = (ctx) => {
  const home = homeOf(ctx.kernel);
  const run = async (input: Partial<Wanted>, { session, signal }: ToolContext): Promise<ToolOutput> => {
    const { path: given = ".", sort = "name", ignore = [] } = input;
    const path = absolutePath(given, session.cwd, home);
    try {
      return await listFolder({ path, sort, ignore }, signal);
    } catch (error) {
      throw fileProblem(error, path);
    }
  };
  ctx.add("tool", live<Tool>({ name: "LS", run: (input, context) => run(input, context) }));
};
export default setup;
