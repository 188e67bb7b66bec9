import type { KernelView } from "../../../core/types.js";
import type { Io } from "../../../schemas/front.js";

/** What the terminal can do, as far as its environment tells. */
export interface Terminal {
  readonly input: boolean;
  readonly output: boolean;
  readonly columns?: number;
  readonly type?: string;
  readonly colours: "none" | "16" | "256" | "16 million";
  readonly unicode: boolean;
}

/** Looks at streams and environment; nothing is sent to the terminal. */
export function terminal({ stdin, stdout }: Io, env: KernelView["env"]): Terminal {
  const type = env["TERM"];
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  return {
    input: stdin.isTTY === true,
    output: stdout.isTTY === true,
    ...(stdout.columns !== undefined && { columns: stdout.columns }),
    ...(type !== undefined && { type }),
    colours: coloursOf(env),
    unicode: /utf-?8/i.test(locale),
  };
}

function coloursOf(env: KernelView["env"]): Terminal["colours"] {
  const type = env["TERM"] ?? "";
  if (env["NO_COLOR"] || type === "" || type === "dumb") return "none";
  if (/^(truecolor|24bit)$/.test(env["COLORTERM"] ?? "")) return "16 million";
  return /256/.test(type) ? "256" : "16";
}
