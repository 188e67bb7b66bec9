declare const NACRE_VERSION: string;

/** The executable. `--version` alone loads nothing else, which is why nothing is imported above. */
async function run(): Promise<number> {
  const argv = process.argv.slice(2);
  if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-v")) {
    process.stdout.write(`${NACRE_VERSION}\n`);
    return 0;
  }
  (await import("./code-cache.js")).cacheCode(process.env);
  const { EXIT, UserError, messageOf } = await import("../schemas/errors.js");
  const { safeIo } = await import("../schemas/safe-output.js");
  const io = safeIo(process);
  const say = (thrown: unknown): void => {
    const lost = thrown instanceof Error && "syscall" in thrown && thrown.syscall === "uv_cwd";
    const error = lost ? new UserError("The current folder is gone: go to another, or name one with --cwd.") : thrown;
    const verbose = argv.includes("--verbose") && error instanceof Error && !(error instanceof UserError);
    io.stderr.write(`Error: ${verbose ? error.stack : messageOf(error)}\n`);
    if (lost) process.exit(EXIT.usage);
  };
  process.on("uncaughtException", (error) => {
    say(error);
    process.exit(EXIT.failed);
  });
  try {
    return await (await import("../core/main.js")).main(argv, { io, env: process.env, version: NACRE_VERSION });
  } catch (error) {
    say(error);
    return error instanceof UserError ? error.exitCode : EXIT.failed;
  }
}

// Whoever reads our output may stop reading: that is their right, and no error.
// A front that listens itself ends its turn and its children first.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (process.stdout.listenerCount("error") === 1) process.exit(error.code === "EPIPE" ? 0 : 1);
});
// What is waited for can have got lost, in a plugin for instance. Without this the program would end as if all were well.
const ranDry = (): void => {
  process.exitCode = 1;
  process.stderr.write("Error: nacre stopped before it was done, because what it waited for can never come.\n");
};
process.once("beforeExit", ranDry);
void run().then((code) => {
  process.off("beforeExit", ranDry);
  process.exitCode = code; // A broken stream may never call back.
  process.stdout.write("", () => process.exit(code));
});
