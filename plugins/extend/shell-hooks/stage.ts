import { messageOf } from "../../../schemas/errors.js";
import type { Io } from "../../../schemas/front.js";
import type { Bridge } from "./bridge.js";
import type { Hook } from "./hook.js";
import { forgetJudge, noteJudge } from "./own.js";
import { oneLine } from "../../../schemas/printable.js";
import { sceneOf, type Scene } from "./scene.js";

/** Where a hook is fired by hand. */
export interface Stage extends AsyncDisposable {
  readonly scene: Scene;
}

const NEEDS_SESSION: ReadonlySet<string> = new Set(["prompt", "agent", "mcp_tool"]);

/**
 * A place for hooks that are fired by hand: with a session, in which no hook fires by itself, only where one of them
 * cannot do without. Where none can be opened, that is said and those hooks say so too.
 */
export async function stageFor({ ctx }: Bridge, hooks: readonly Hook[], { stderr }: Io): Promise<Stage> {
  const { kernel } = ctx;
  const id = kernel.clock.id();
  const bare: Stage = {
    scene: { sessionId: id, cwd: kernel.cwd, root: kernel.cwd },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const asks = hooks.some(({ handler }) => NEEDS_SESSION.has(handler.type));
  if (!asks && !hooks.some(({ handler }) => handler.if !== undefined)) return bare;
  // Where no model is asked, any will do, and nobody has to look for one.
  const any = asks ? undefined : kernel.all("provider").find(({ defaultModel }) => defaultModel !== undefined);
  noteJudge(id);
  try {
    const session = await kernel.open({ id, headless: true, ...(any && { provider: any.name }) });
    return {
      scene: sceneOf(session),
      async [Symbol.asyncDispose]() {
        await session.close();
        forgetJudge(id);
      },
    };
  } catch (error) {
    forgetJudge(id);
    stderr.write(`nacre: No session could be opened, so "if" is not asked: ${oneLine(messageOf(error), 300)}\n`);
    return bare;
  }
}
