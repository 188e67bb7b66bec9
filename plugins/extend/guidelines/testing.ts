import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { textOf } from "../../../schemas/message.js";
import { boot, say, type BootOptions, type Shell } from "../../../test/boot.js";

export const TRUST: Readonly<Record<string, unknown>> = { "trust.workspace": true };

export async function start(
  options: Partial<BootOptions> & { readonly user?: Readonly<Record<string, string>> },
): Promise<Shell> {
  const { user = {}, ...rest } = options;
  const env = { PATH: process.env["PATH"], ...(rest.home && { HOME: dirname(rest.home) }), ...rest.env };
  for (const [path, text] of Object.entries(user)) write(dirname(rest.home!), path, text);
  return boot({ plugins: ["guidelines", "read", "trust"], script: [say("ok"), say("ok"), say("ok")], ...rest, env });
}

export function write(dir: string, path: string, text: string): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), text);
}

/** Files the model was told of in the first prompt, and the words it read. */
export async function told(shell: Shell): Promise<{ readonly files: readonly string[]; readonly text: string }> {
  await shell.send("go");
  const text = textOf(shell.requests[0]!.messages[0]!.content);
  return { text, files: filesIn(text, shell) };
}

export function filesIn(text: string, { dir, home }: Shell): string[] {
  const short = (file: string): string => file.replace(`${dir}/`, "").replace(dirname(home), "~");
  return [...text.matchAll(/<guidelines file="([^"]*)"/g)].map(([, file]) => short(file!));
}

export function notices(shell: Shell): string[] {
  return shell.events.flatMap((event) => (event.type === "notice" ? [event.text.replaceAll(`${shell.dir}/`, "")] : []));
}

/** Temporary folders for a home and a work folder that outlive one shell. */
export function folders(base: string): { readonly home: string; readonly dir: string } {
  return { home: join(base, "person", ".nacre"), dir: join(base, "person", "src", "work") };
}
