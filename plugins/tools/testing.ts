import { boot, call, say, type BootOptions, type Shell } from "../../test/boot.js";
import type { ResultEvent } from "../../schemas/event.js";

/** The plugins of the tools that work on files. */
export const FILE_TOOLS: readonly string[] = ["read", "write", "edit", "glob", "grep", "ls"];

/** A call, or something that happens between two calls. */
export type Act = readonly [tool: string, input: object] | ((shell: Shell) => void);

/** A session with the file tools. */
export async function fileShell(options: Partial<BootOptions> = {}): Promise<Shell> {
  return boot({ plugins: FILE_TOOLS, script: [], ...options });
}

/** Runs calls one after the other in one session, each in a turn of its own, and gives their results. */
export async function act(
  files: BootOptions["files"],
  acts: readonly Act[],
  options: Partial<BootOptions> = {},
): Promise<readonly ResultEvent[]> {
  const script = acts.flatMap((one) => (typeof one === "function" ? [] : [[call(one[0], one[1])], say("done")]));
  await using shell = await fileShell({ ...options, script, ...(files && { files }) });
  for (const one of acts) {
    if (typeof one === "function") one(shell);
    else await shell.send("go");
  }
  return shell.results();
}

/** The text of one call's result. */
export async function textOf(files: BootOptions["files"], ...acts: readonly Act[]): Promise<string> {
  return String((await act(files, acts)).at(-1)!.content);
}
