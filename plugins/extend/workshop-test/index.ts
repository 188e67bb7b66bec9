import { resolve } from "node:path";
import { live } from "../../../core/live.js";
import type { KernelView, Setup } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Invocation, Subcommand } from "../../../schemas/front.js";
import { statOf } from "../../../schemas/stat-of.js";

const setup: Setup = (ctx) => {
  const run = async (invocation: Invocation): Promise<number> => test(ctx.kernel, ctx.signal, invocation);
  ctx.add("subcommand", live<Subcommand>({ name: "plugin test", run }));
};
export default setup;

async function test(kernel: KernelView, signal: AbortSignal, invocation: Invocation): Promise<number> {
  const { positionals, flags, io } = invocation;
  const [path = ".", ...more] = positionals;
  const dir = resolve(kernel.cwd, path);
  if (more.length > 0) throw new UserError("One plugin at a time: nacre plugin test PATH.");
  if (!statOf(dir)?.isDirectory()) throw new UserError(`${dir} is not a folder.`);
  if (flags["watch"] !== true) return runAll(kernel, dir, invocation);
  const { changed } = await import("./watch.js");
  for (;;) {
    try {
      await runAll(kernel, dir, invocation);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      io.stdout.write(`${error.message}\n`);
    }
    io.stdout.write("Waiting for a change; Ctrl-C ends.\n");
    await changed(dir, signal);
    if (signal.aborted) return EXIT.done;
  }
}

/** Two at a time: each is a process of its own. */
const TOGETHER = 2;

async function runAll(kernel: KernelView, dir: string, { flags, io }: Invocation): Promise<number> {
  const { readTests } = await import("./read-tests.js");
  const { runCase } = await import("./run-case.js");
  const report = await import("./report.js");
  const { filter } = flags;
  const all = await readTests(dir);
  const tests = all.filter((one) => typeof filter !== "string" || one.test.includes(filter));
  if (tests.length === 0) {
    const why = all.length > 0 ? "no test has a name that holds the filter" : "there is no tests/*.test.yaml";
    throw new UserError(`${dir} has nothing to test: ${why}.`);
  }
  const bench = { program: [process.execPath, process.argv[1]!], plugin: dir, env: kernel.env };
  const running: Promise<unknown>[] = [];
  const results: Awaited<ReturnType<typeof runCase>>[] = [];
  const queue = tests.entries();
  const work = async (): Promise<void> => {
    for (const [at, one] of queue) results[at] = await runCase(one, bench);
  };
  for (let count = 0; count < TOGETHER; count++) running.push(work());
  await Promise.all(running);
  if (flags["json"] === true) io.stdout.write(report.resultsJson(results));
  else {
    const line = flags["github"] === true ? report.annotation : report.resultText;
    for (const result of results) io.stdout.write(line(result, kernel.cwd));
    io.stdout.write(report.summary(results));
  }
  return results.every(({ ok }) => ok) ? EXIT.done : EXIT.failed;
}
