import type { SandboxedProgram } from "../../../schemas/guards.js";
import type { Output } from "../output.js";
import type { Program } from "../program.js";

/** How a program went, as far as the sandbox wants to know. */
export interface Went {
  readonly code: number;
  readonly output: Output;
}

/** A program that may stand behind walls. */
export interface WalledProgram {
  readonly program: Program;
  /** To be called when it has ended, or did not start. The first call gives what the walls refused, as lines. */
  finished(went?: Went): Promise<readonly string[]>;
}

export function walledProgram(program: Program, walls: SandboxedProgram | undefined): WalledProgram {
  if (!walls) return { program, finished: async () => [] };
  const { file, args, env, files } = walls;
  let open = true;
  return {
    program: { ...program, file, args, env, ...(files && { files }) },
    async finished(went) {
      if (!open) return [];
      open = false;
      const output = went ? `${went.output.stream("stdout")}\n${went.output.stream("stderr")}` : "";
      return walls.finished({ code: went?.code, output });
    },
  };
}
