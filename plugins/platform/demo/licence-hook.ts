import type { Plugin } from "../../../core/types.js";

const LICENCE = "// SPDX-License-Identifier: MIT\n";

/** A plugin as anybody could write it: a hook that puts the licence into every new source file. */
export function licenceHook(tell: (path: string, line: string) => void): Plugin {
  return {
    name: "demo-licence",
    setup(ctx) {
      ctx.tap("PreToolUse", async (pending) => {
        const { name, input } = pending.call;
        const { content, file_path: path } = input;
        if (pending.again || name !== "Write" || typeof content !== "string" || content.startsWith(LICENCE)) return;
        tell(String(path), LICENCE.trim());
        return { ...pending, call: { ...pending.call, input: { ...input, content: LICENCE + content } } };
      });
    },
  };
}
