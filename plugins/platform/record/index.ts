import { resolve } from "node:path";
import type { PluginContext, Setup } from "../../../core/types.js";
import { live } from "../../../core/live.js";
import type { Clock } from "../../../schemas/clock.js";
import { messageOf } from "../../../schemas/errors.js";
import type { Middleware } from "../../../schemas/kinds.js";
import type { Provider } from "../../../schemas/provider.js";
import { realPath } from "../../../schemas/real-path.js";
import { redactor } from "./redact.js";
import { VERSION, type HeaderLine } from "./recording.js";

/** Times and ids of the machine itself, whatever stands in their place for the rest of the kernel. */
const machine: Clock = { name: "machine", now: () => Date.now(), id: () => crypto.randomUUID() };

/** Records a run or plays one. Where that fails nothing reaches the model or a tool. */
const setup: Setup = async (ctx) => {
  const border = await made(ctx).catch((error: unknown) => refusing(messageOf(error)));
  ctx.add("middleware", border);
  ctx.add("clock", border);
  ctx.add(
    "provider",
    live<Provider>({
      name: "replay",
      available: async () => ctx.settings["replay"] !== undefined,
      models: async () => ("models" in border ? border.models : ["replay"]),
      async *stream() {
        const message = "The provider replay only plays recordings: give --replay FILE.";
        yield { type: "error", error: { kind: "config", message } };
      },
    }),
  );
};

type Border = Middleware & Clock & { readonly models?: readonly string[] };

async function made(ctx: PluginContext): Promise<Border> {
  const { file, replay, tools } = ctx.settings;
  const { cwd, home, env, version } = ctx.kernel;
  const here = { cwd: realPath(cwd) ?? cwd, home: realPath(home) ?? home };
  const redact = redactor(env);
  if (typeof file === "string" && typeof replay === "string") {
    throw new Error("--record and --replay exclude each other: give one of them.");
  }
  if (typeof replay === "string") {
    const [{ load }, { Player }, { places }] = await Promise.all([
      import("./load.js"),
      import("./player.js"),
      import("./places.js"),
    ]);
    const recording = await load(resolve(cwd, replay));
    const options = { places: places(recording.header, here), redact, clock: machine, liveTools: tools === "live" };
    const models = recording.asks.flatMap((ask) => ask.line.head?.model ?? []);
    return Object.assign(new Player(recording, options), { models });
  }
  const { Recorder } = await import("./recorder.js");
  const header: HeaderLine = { type: "recording", version: VERSION, nacre: version, ...here };
  const recorder = new Recorder(resolve(cwd, String(file)), header, machine, redact);
  const close = (): void => recorder.close();
  process.once("exit", close);
  ctx.onDispose(() => {
    process.off("exit", close);
    close();
  });
  return recorder;
}

/** Stands at the borders and lets nothing through. */
function refusing(message: string): Border {
  return {
    ...machine,
    name: "record",
    async *model() {
      yield { type: "error", error: { kind: "config", message } };
    },
    tool: async () => ({ content: message, isError: true }),
  };
}

export default setup;
