import type { ShellCommand } from "../../../schemas/guards.js";
import { unknown, type Leaving } from "./look.js";
import { namedFiles, type Sending } from "./named-files.js";

type Words = readonly (string | undefined)[];

/** Programs whose words are mostly files of one's own work, which only some of their commands send. */
const BUILDS: ReadonlySet<string> = new Set(["npm", "pnpm", "yarn", "cargo", "docker"]);
/** Those that send folders with all that is in them. */
const COPIES: ReadonlySet<string> = new Set("scp rsync rclone aws gcloud gsutil s3cmd az sftp lftp".split(" "));
/** Those that are told what to send by lines of their own. */
const TALKS: ReadonlySet<string> = new Set(["sftp", "lftp", "ftp"]);
/** Packages and what is made from them are never published. */
const APART: ReadonlySet<string> = new Set(["node_modules", ".git", "target"]);

/** Where a computed word says what is sent: after these options, and behind `@`. */
const COMPUTED_FILE = /(?:\s(?:-T|-F|--upload-file|--form)[\s=]*|@)["']?[^\s@]*[$`]/;

interface Line {
  readonly cwd: string;
  readonly home: string | undefined;
  /** All of it, with what is handed over in it. */
  readonly line: string;
}

/** Files and folders that a program sends, `words` beginning with its name. */
export function sentTexts({ text }: ShellCommand, words: Words, { line, ...at }: Line): readonly Leaving[] {
  const [name = "", ...args] = words;
  const place = `the file that ${name} sends,`;
  if (BUILDS.has(name)) return args.includes("publish") ? publishedTexts(args, { ...at, place }) : [];
  if (TALKS.has(name)) return namedFiles(line.split(/\\[nt]|[\s;"'<>|&\\]+/), { ...at, place, skips: new Set() });
  if (!COPIES.has(name)) {
    return [
      ...namedFiles(args, { ...at, place }),
      ...(COMPUTED_FILE.test(text) ? [unknown(`what ${name} sends`)] : []),
    ];
  }
  const sent = copied(args);
  const computed = sent.includes(undefined) ? [unknown(`what ${name} sends`)] : [];
  return [...namedFiles(sent, { ...at, place, skips: leftOut(args) }), ...computed];
}

/** What goes somewhere else; what is fetched goes to the last word, and what has no other end stays here. */
function copied(args: Words): Words {
  const isFar = (word: string | undefined): boolean => word === undefined || word.includes(":");
  const last = args.findLastIndex((word) => word === undefined || !word.startsWith("-"));
  if (!args.some(isFar)) return [];
  return args.filter((_, place) => place !== last);
}

/** Plain names that a copy leaves out. */
function leftOut(args: Words): ReadonlySet<string> {
  const names = args.flatMap((word, place) => {
    const [, joined] = /^--exclude(?:=(.*))?$/s.exec(word ?? "") ?? [];
    const name = joined ?? (word === "--exclude" ? args[place + 1] : undefined);
    return name === undefined ? [] : [name.replace(/^\/+|\/+$/g, "")];
  });
  return new Set(names.filter((name) => name !== "" && !/[*?[/]/.test(name)));
}

function publishedTexts(args: Words, at: Sending): readonly Leaving[] {
  const named = args.filter((word) => word !== undefined && word !== "publish" && !word.startsWith("-"));
  return namedFiles(named.length > 0 ? named : ["."], { ...at, skips: APART });
}

/** Programs that put files and folders into one. */
const PACKS: ReadonlySet<string> = new Set("tar bsdtar zip 7z 7za cpio pax gzip bzip2 xz zstd".split(" "));

/** What is packed in a line that sends something. */
export function packedTexts(commands: readonly Words[], at: Sending): readonly Leaving[] {
  return commands.flatMap(([program = "", ...args]) => {
    const name = program.slice(program.lastIndexOf("/") + 1);
    if (name === "git" && args.includes("archive")) return namedFiles(["."], { ...at, skips: APART });
    if (!PACKS.has(name)) return [];
    const computed = args.includes(undefined) ? [unknown(`what ${name} packs`)] : [];
    return [...namedFiles(args, { ...at, skips: leftOut(args) }), ...computed];
  });
}
