/** How often the scripted model goes round: reads and edits, a write, commands, one of them behind the session, agents. */
export const ROUNDS = 4;

interface Call {
  readonly name: string;
  readonly input: Readonly<Record<string, string | boolean>>;
}

interface Turn {
  readonly calls?: readonly Call[];
  readonly text?: string;
  readonly repeat?: true;
  readonly when?: { readonly prompt: string };
}

/** A run whose every effect leaves a mark of its own (`m1b`), so that a call lost or run twice shows. */
export function script(): readonly Turn[] {
  const rounds = Array.from({ length: ROUNDS }, (_, round) => [
    {
      calls: [
        { name: "Read", input: { file_path: "list.txt" } },
        { name: "Edit", input: { file_path: "list.txt", old_string: "list:", new_string: `list: m${round}a` } },
        { name: "Bash", input: { command: `echo m${round}b >> log.txt` } },
      ],
    },
    {
      calls: [
        { name: "Write", input: { file_path: `m${round}c.txt`, content: `m${round}c\n` } },
        { name: "Bash", input: { command: `sleep 0.01; echo m${round}d >> log.txt` } },
        { name: "Bash", input: { command: "(setsid sleep 60 &); sleep 60", run_in_background: round % 2 === 0 } },
      ].filter(({ input }) => input.run_in_background !== false),
    },
    { calls: [1, 2].map((agent) => ({ name: "Agent", input: { prompt: `agent ${round} ${agent}` } })) },
  ]);
  const agent = [
    { when: { prompt: "/^agent /" }, calls: [{ name: "Bash", input: { command: "echo done >> agents.txt" } }] },
    { text: "agent done", repeat: true as const },
  ];
  return [...rounds.flat(), { text: "done", repeat: true }, ...agent];
}

/** A plugin that writes down each request as it leaves. */
export const WATCHER: Readonly<Record<string, string>> = {
  "plugin.json": JSON.stringify({
    name: "request-watcher",
    version: "1.0.0",
    extensions: { "dev.nacre": { main: "index.mjs", provides: { taps: [{ point: "PreModel" }] } } },
  }),
  "index.mjs": `
import { appendFileSync } from "node:fs";
export default (ctx) => ctx.tap("PreModel", (request, { agent }) => {
  if (agent) return;
  appendFileSync(process.env.REQUESTS, "\\n" + JSON.stringify(request.messages) + "\\n");
});
`,
};

/** Numbers from 0 to 1 that a seed determines. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
