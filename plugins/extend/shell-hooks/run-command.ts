import type { Handler } from "./hook.js";
import { failed, late, type Desk, type Job } from "./job.js";
import type { Raw } from "./outcome.js";
import { MOST_OUTPUT, type Ended, type Running, type Start } from "./process.js";
import { workingFolder } from "./scene.js";
import { filledIn, folderVariables, pluginOptions, quotedIn } from "./variables.js";

/** Runs a command, in a shell or, where `args` are given, without one. */
export async function runCommand(job: Job, desk: Desk): Promise<Raw> {
  const running = startCommand(job, desk);
  if (!("ended" in running)) return running;
  const { signal } = job.firing;
  const stop = (): void => running.end("aborted");
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) stop();
  try {
    return rawOf(await running.ended, job);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** The same without waiting for its end. */
export function startCommand(job: Job, desk: Desk): Running | Raw {
  const start = programOf(job, desk);
  if (typeof start === "string") return failed("error", `${job.name} hook was not run: ${start}.`);
  return desk.processes.run(start, `${JSON.stringify(job.input)}\n`, job.timeout);
}

/** What to start for a handler with a command, or why it cannot be. */
export function programOf({ hook, firing }: Pick<Job, "hook" | "firing">, desk: Desk): Start | string {
  const { handler } = hook;
  const { scene, envFile } = firing;
  const project = desk.inputs.project(scene);
  const folders = folderVariables(hook, project, desk.kernel.home);
  const env = desk.environments.of(hook, scene, folders, envFile);
  const place = { cwd: workingFolder(scene, project), env };
  const command = handler.command ?? "";
  if (handler.args !== undefined) {
    const options = Object.entries(pluginOptions(desk.kernel, hook));
    const values = { ...folders, ...Object.fromEntries(options.map(([key, value]) => [`user_config.${key}`, value])) };
    return { ...place, file: filledIn(command, values), args: handler.args.map((word) => filledIn(word, values)) };
  }
  if (command.includes("${user_config.")) {
    return `\${user_config.NAME} works only in a handler with "args"; a shell command reads $CLAUDE_PLUGIN_OPTION_NAME`;
  }
  return { ...place, ...shellOf(handler, quotedIn(command, folders)) };
}

function shellOf({ shell }: Handler, command: string): Pick<Start, "file" | "args"> {
  if (shell === "powershell") {
    const named = command.replace(/\$\{((?:CLAUDE_|NACRE_|PLUGIN_)\w+)\}/g, "${env:$1}");
    return { file: "pwsh", args: ["-NoProfile", "-NonInteractive", "-Command", named] };
  }
  return { file: "/bin/sh", args: ["-c", command] };
}

export function rawOf({ code, stdout, stderr, failure, problem }: Ended, job: Job): Raw {
  switch (failure) {
    case "timeout":
      return late(job);
    case "aborted":
      return failed("cancelled", `${job.name} hook was cancelled: the turn was stopped.`);
    case "flood":
      return failed("error", `${job.name} hook was ended: it wrote more than ${MOST_OUTPUT / 1024 / 1024} MB.`);
    case "start":
      return failed("error", `${job.name} hook could not be started: ${problem ?? ""}.`);
    default:
      return { exitCode: code ?? 1, stdout, stderr };
  }
}
