import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { childEnv } from "../../../schemas/child-env.js";
import { EXIT, UserError, messageOf } from "../../../schemas/errors.js";
import { findProgram } from "../../../schemas/find-program.js";
import { QUIET_GIT, quietGitEnv } from "../../../schemas/quiet-git.js";
import { PROJECT } from "./project.js";
import { TURNS } from "./script.js";

export interface Stage {
  readonly dir: string;
  readonly project: string;
  /** An empty home for nacre. */
  readonly home: string;
  /** The script's file. */
  readonly script: string;
}

/** What the dangerous command is aimed at, below the stage. */
export const PRECIOUS = "holiday-photos/beach.txt";

/** Milliseconds between words and before an answer, for people who read along. */
const PACE = { pace: 25, delay: 600 };

/** Lays everything out in a fresh temporary folder. Throws a UserError when there is no room for one. */
export function buildStage(isWatched: boolean): Stage {
  try {
    const dir = mkdtempSync(join(realpathSync(tmpdir()), "nacre-demo-"));
    const stage = { dir, project: join(dir, "project"), home: join(dir, "home"), script: join(dir, "script.jsonl") };
    mkdirSync(stage.home);
    for (const [path, text] of Object.entries(PROJECT)) put(join(stage.project, path), text);
    put(join(dir, PRECIOUS), "Sun, sand and sea.\n");
    put(stage.script, TURNS.map((turn) => `${JSON.stringify({ ...turn, ...(isWatched && PACE) })}\n`).join(""));
    stageInGit(stage.project);
    return stage;
  } catch (error) {
    throw new UserError(
      `The demo cannot write its sample project below ${tmpdir()}: ${messageOf(error)}. Name another folder with TMPDIR.`,
      EXIT.failed,
    );
  }
}

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** So that `git diff` there shows what was changed. The project is as good without. */
function stageInGit(cwd: string): void {
  const git = findProgram("git", process.env);
  if (git === undefined) return;
  const env = {
    ...childEnv(process.env, { sessionId: "" }),
    ...quietGitEnv(process.env),
    GIT_CONFIG_GLOBAL: "/dev/null",
  };
  for (const words of [
    ["init", "-q"],
    ["add", "--all"],
  ]) {
    const { status } = spawnSync(git, [...QUIET_GIT, "-c", "init.templateDir=", ...words], {
      cwd,
      env,
      stdio: "ignore",
      timeout: 10_000,
    });
    if (status !== 0) return;
  }
}
