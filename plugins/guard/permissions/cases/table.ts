import { linkSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { JsonObject } from "../../../../schemas/json.js";
import { gated, judged, verdictOf, type Verdict } from "../testing.js";

/** Rules and mode of a case; nothing, and the mode "default", otherwise. */
export interface Given {
  readonly allow?: readonly string[];
  readonly ask?: readonly string[];
  readonly deny?: readonly string[];
  readonly mode?: string;
  readonly folders?: readonly string[];
}

/** What is shown, the tool, its input (a command for Bash, a path for Read, Write and Edit), the answer, and the rules. */
export type Case = readonly [what: string, tool: string, input: string | JsonObject, answer: Verdict, given?: Given];

export interface Tree {
  readonly root: string;
  readonly project: string;
  readonly home: string;
  remove(): void;
}

const FILES: Readonly<Record<string, string>> = {
  "proj/.git/HEAD": "ref: refs/heads/main\n",
  "proj/.git/config": "[core]\n\tbare = false\n",
  "proj/.git/hooks/pre-commit": "",
  "proj/src/app.ts": "app\n",
  "proj/src/lib/util.ts": "util\n",
  "proj/vendor/src/lib.ts": "lib\n",
  "proj/docs/guide.md": "guide\n",
  "proj/README.md": "readme\n",
  "proj/names.txt": "names\n",
  "proj/.env": "S=1\n",
  "proj/.env.example": "S=\n",
  "proj/packages/a/.env.local": "S=2\n",
  "proj/packages/a/index.ts": "a\n",
  "proj/packages/b/.env": "S=3\n",
  "proj/certs/server.pem": "K\n",
  "proj/private/notes.txt": "n\n",
  "proj-evil/x.txt": "evil\n",
  "other/o.txt": "other\n",
  "home/.ssh/id_ed25519": "K\n",
  "home/.bashrc": "",
  "home/notes/n.txt": "n\n",
};

const LINKS: Readonly<Record<string, string>> = {
  "proj/link-in.ts": "proj/src/app.ts",
  "proj/link-out.txt": "other/o.txt",
  "proj/link-dir": "other",
  "proj/link-env": "proj/.env",
  "proj/link-key": "home/.ssh/id_ed25519",
  "proj/link-hooks": "proj/.git/hooks",
  "proj/link-private": "proj/private",
  "proj/link-nowhere": "other/not-there.txt",
  "proj/link-chain": "proj/link-out.txt",
  "proj/loop-a": "proj/loop-b",
  "proj/loop-b": "proj/loop-a",
};

/** A project with neighbours, links and a home, for all cases. */
export function makeTree(): Tree {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "nacre-cases-")));
  for (const [path, content] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  linkSync(join(root, "proj/.git/config"), join(root, "proj/other-name"));
  linkSync(join(root, "proj/packages/b/.env"), join(root, "proj/packages/b/plain-name"));
  for (const [path, target] of Object.entries(LINKS)) symlinkSync(join(root, target), join(root, path));
  const remove = (): void => rmSync(root, { recursive: true, force: true });
  return { root, project: join(root, "proj"), home: join(root, "home"), remove };
}

/** Puts the tree's places into `{root}`, `{proj}` and `{home}`. */
function filled<T>(value: T, { root, project, home }: Tree): T {
  const text = JSON.stringify(value);
  return JSON.parse(text.replaceAll("{root}", root).replaceAll("{proj}", project).replaceAll("{home}", home)) as T;
}

const FIELD: Readonly<Record<string, string>> = {
  Bash: "command",
  Read: "file_path",
  Write: "file_path",
  Edit: "file_path",
  WebFetch: "url",
  LS: "path",
};

/** The gate's answer to a case. */
export async function answerTo([, tool, input, , given = {}]: Case, tree: Tree): Promise<Verdict> {
  const { allow, ask, deny, mode, folders } = filled(given, tree);
  await using shell = await gated({
    dir: tree.project,
    home: join(tree.home, ".nacre"),
    env: { HOME: tree.home },
    settings: {
      ...(allow && { "permissions.allow": allow }),
      ...(ask && { "permissions.ask": ask }),
      ...(deny && { "permissions.deny": deny }),
      ...(mode !== undefined && { "permissions.defaultMode": mode }),
      ...(folders && { "permissions.additionalDirectories": folders }),
    },
  });
  const full = typeof input === "string" ? { [FIELD[tool]!]: input } : input;
  return verdictOf(await judged(shell, tool, filled(full, tree)));
}
