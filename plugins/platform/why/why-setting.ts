import { PassThrough } from "node:stream";
import type { KernelView } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Answer } from "./answer.js";

/** Where a setting comes from, in the words of `nacre config explain`. */
export async function whySetting(kernel: KernelView, key: string): Promise<Answer> {
  const config = await kernel.get("subcommand", "config");
  if (!config) throw new UserError('Settings are explained by the plugin "config", which is not loaded.', EXIT.plugin);
  const explain = async (json: boolean): Promise<string> => {
    const stdout = new PassThrough();
    const io = { stdin: new PassThrough(), stdout, stderr: new PassThrough() };
    await config.run({ positionals: ["explain", key], flags: { json }, io });
    return String((stdout.read() as Buffer | null) ?? "");
  };
  return { json: JSON.parse(await explain(true)) as unknown, text: await explain(false) };
}
