import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { Tool, ToolContext, ToolOutput } from "../../../schemas/tool.js";
import { userHome } from "../../../schemas/user-home.js";
import { fileProblem } from "../file-problem.js";
import { givenPath } from "../given-path.js";
import { listFolder, type Wanted } from "./list-folder.js";

type Input = Partial<Pick<Wanted, "path" | "sort" | "ignore">>;

const setup: Setup = (ctx) => {
  const home = userHome(ctx.kernel.env);
  const run = async (input: Input, context: ToolContext): Promise<ToolOutput> => {
    const { path: given = context.session.cwd, sort = "name", ignore = [] } = input;
    const aim = givenPath(given, context, home);
    try {
      return await listFolder({ ...aim, sort, ignore }, context.signal);
    } catch (error) {
      throw fileProblem(error, aim.path);
    }
  };
  ctx.add("tool", live<Tool>({ name: "LS", run: (input, context) => run(input, context) }));
};
export default setup;
