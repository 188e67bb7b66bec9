import { resolve } from "node:path";
import type { Place } from "../paths/judge-path.js";
import type { View } from "./command-views.js";

/** The folder that a `cd` or `pushd` goes to, from another one, as far as it can be seen. */
export function folderOf({ words }: View, from: string, { home }: Place): string | undefined {
  if (!/^(?:cd|pushd)$/.test(words[0]!.text)) return undefined;
  const to = words.slice(1).find(({ text }) => !text.startsWith("-"));
  if (!to || to.dynamic) return undefined;
  return resolve(from, to.tilde ? to.text.replace(/^~/, home) : to.text);
}
