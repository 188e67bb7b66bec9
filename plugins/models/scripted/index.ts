import { resolve } from "node:path";
import type { Setup } from "../../../core/types.js";
import { live } from "../../../core/live.js";
import { messageOf } from "../../../schemas/errors.js";
import type { Chunk, ModelRequest, Provider } from "../../../schemas/provider.js";
import { statOf } from "../../../schemas/stat-of.js";
import { loadScript } from "./load.js";
import { play } from "./play.js";
import type { Script } from "./script.js";

const NO_SCRIPT =
  "the scripted provider has no script: name one with --script FILE, the variable NACRE_SCRIPT or the setting scripted.file";

const setup: Setup = (ctx) => {
  const file = ctx.settings["file"];
  const path = typeof file === "string" && file !== "" ? resolve(ctx.kernel.cwd, file) : undefined;
  let loaded: { readonly stamp: string; readonly script: Promise<Script> } | undefined;

  /** The script as the file now stands; read again only when the file changed. */
  function script(from: string): Promise<Script> {
    const stamp = stampOf(from);
    if (loaded?.stamp !== stamp) loaded = { stamp, script: loadScript(from, String(file)) };
    return loaded.script;
  }

  async function* stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<Chunk, void> {
    try {
      if (path === undefined) throw new Error(NO_SCRIPT);
      yield* play(await script(path), request, signal);
    } catch (error) {
      yield { type: "error", error: { kind: "config", message: messageOf(error) } };
    }
  }

  ctx.add("provider", live<Provider>({ name: "scripted", stream, models: () => Promise.resolve(["scripted"]) }));
};

function stampOf(path: string): string {
  const found = statOf(path);
  return found ? `${found.mtimeMs}:${found.size}:${found.ino}` : "missing";
}

export default setup;
