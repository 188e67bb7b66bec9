import { closeSync } from "node:fs";
import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { Tool, ToolContext, ToolOutput } from "../../../schemas/tool.js";
import { userHome } from "../../../schemas/user-home.js";
import { fileProblem } from "../file-problem.js";
import { givenPath } from "../given-path.js";
import { openFile } from "../open-file.js";
import { ReadState } from "../read-state.js";
import { readFile, type Wanted } from "./read-file.js";

interface Input extends Wanted {
  readonly file_path: string;
}

const setup: Setup = (ctx) => {
  const home = userHome(ctx.kernel.env);
  const run = async (input: Input, context: ToolContext): Promise<ToolOutput> => {
    const { session, signal } = context;
    const given = givenPath(input.file_path, context, home);
    const file = openFile(given);
    try {
      const { output, shown, bytes } = await readFile(file, { ...input, path: given.path, signal });
      ReadState.of(session).noteRead(file.real, file.stat, shown, bytes);
      return output;
    } catch (error) {
      throw fileProblem(error, given.path);
    } finally {
      closeSync(file.fd);
    }
  };
  ctx.add("tool", live<Tool>({ name: "Read", run: (input, context) => run(input as unknown as Input, context) }));
};
export default setup;
