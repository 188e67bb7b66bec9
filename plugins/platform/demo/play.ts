import { existsSync } from "node:fs";
import { join } from "node:path";
import type { KernelView } from "../../../core/types.js";
import { EXIT } from "../../../schemas/errors.js";
import type { EndEvent } from "../../../schemas/event.js";
import type { Session } from "../../../schemas/session.js";
import { licenceHook } from "./licence-hook.js";
import { Narrator } from "./narrator.js";
import { diffOf } from "./show-diff.js";
import { usageText } from "./show-usage.js";
import { PRECIOUS } from "./stage.js";

const PROMPT = "The tests of this project fail. Find out why and mend it.";
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Plays the demo in the working folder, which `stage` holds. Resolves with 0 when all went as it should. */
export async function play(kernel: KernelView, stage: string, stdout: NodeJS.WritableStream): Promise<number> {
  const narrator = new Narrator((text) => void stdout.write(text));
  await kernel.load(
    licenceHook((path, line) => narrator.hook(path, line)),
    narrator.plugin(),
  );
  narrator.title("nacre demo");
  narrator.say(
    "What",
    "A model mends a small project. The model is played from a script; all else is real: the tools, the permission gate, the hook, the tests. No key and no network are needed.",
  );
  narrator.say("Where", kernel.cwd);
  narrator.say("You", PROMPT);
  const session = await kernel.open({
    provider: "scripted",
    headless: true,
    ask: (question) => Promise.resolve(narrator.ask(question)),
  });
  const end = await send(session);
  narrator.title("What changed");
  stdout.write(await diffOf(kernel.cwd));
  const usage = await kernel.service("usage");
  narrator.title("What it used");
  stdout.write(usage ? usageText(usage.report(session)) : "The plugin that counts usage is not there.\n");
  await session.close();
  return verdict(narrator, end, stage);
}

async function send(session: Session): Promise<EndEvent> {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    return await session.send(PROMPT, { signal: stopping.signal });
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}

function verdict(narrator: Narrator, end: EndEvent, stage: string): number {
  const checks: readonly (readonly [boolean, string])[] = [
    [end.reason === "completed", "the conversation came to its end"],
    [narrator.green, "the tests are green"],
    [narrator.stopped === 1 && existsSync(join(stage, PRECIOUS)), "the dangerous command was stopped at the gate"],
    [narrator.hooked === 1, "one edit was changed by a hook"],
  ];
  narrator.title("Result");
  for (const [holds, what] of checks) narrator.say(holds ? "yes" : "NO", what);
  narrator.say("Kept", `${stage} holds the project; delete it when you like.`);
  if (end.reason === "aborted") return EXIT.interrupted;
  return checks.every(([holds]) => holds) ? EXIT.done : EXIT.failed;
}
