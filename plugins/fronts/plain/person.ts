import { stripVTControlCharacters } from "node:util";
import type { Plugin } from "../../../core/types.js";
import type { Turn } from "../../../test/boot.js";
import { drive, type Drive, type DriveOptions } from "../drive.js";

/** A front whose terminal is a pipe: what is typed goes in, what is shown comes out. */
export class Person {
  readonly run: Drive;
  #seen = 0;
  constructor(run: Drive) {
    this.run = run;
  }

  type(text: string): void {
    this.run.stdin.write(text);
  }

  /** Waits until this is shown, after what was waited for before. */
  async sees(text: string): Promise<void> {
    for (let waited = 0; ; waited++) {
      const at = this.shown().indexOf(text, this.#seen);
      if (at >= 0) {
        this.#seen = at + text.length;
        return;
      }
      if (waited > 200) throw new Error(`"${text}" was not shown, but:\n${this.shown().slice(this.#seen)}`);
      await new Promise((resolve) => void setTimeout(resolve, 10));
    }
  }

  /** What was shown, without what the line editor does to the line it edits. */
  shown(): string {
    return stripVTControlCharacters(this.run.stdout()).replaceAll("\r\n", "\n");
  }

  async leave(): Promise<number> {
    await this.sees("> ");
    this.type("\u0004");
    return this.run.code;
  }
}

/** Starts the front with somebody in front of it. */
export async function person(
  script: readonly Turn[],
  options: Partial<DriveOptions> = {},
): Promise<Person & AsyncDisposable> {
  const run = await drive({ front: "plain", script, ...options });
  return Object.assign(new Person(run), {
    async [Symbol.asyncDispose]() {
      run.stdin.end();
      await run.code;
      await run[Symbol.asyncDispose]();
    },
  });
}

let end = (): void => {};

/** Lets `waiting` end. */
export function finish(): void {
  end();
}

/** A tool that ends when the test says so, or when it is stopped. */
export const waiting: Plugin = {
  name: "waiting",
  setup: (ctx) =>
    ctx.add("tool", {
      name: "Wait",
      description: "",
      inputSchema: { type: "object" },
      effect: "read",
      run: (_, { signal }) =>
        new Promise((resolve) => {
          end = () => resolve({ content: "waited" });
          if (signal.aborted) end();
          signal.addEventListener("abort", end);
        }),
    }),
};
