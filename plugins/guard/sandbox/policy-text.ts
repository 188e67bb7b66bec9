import { PARTIAL } from "./linux/box.js";
import type { JsonObject } from "../../../schemas/json.js";
import type { Settled } from "./settled-walls.js";

/** Whether the sandbox stands, and what is wrong, in a few lines. */
export function statusText({ settings, problem, policy, box }: Settled): string {
  const state = problem === undefined ? "on, and it works here" : problem;
  const lines = [
    `Sandbox: ${state}`,
    ...(settings.enabled === "auto" ? ['It is used where it works (sandbox.enabled = "auto").'] : []),
    ...(problem !== undefined && settings.enabled === true
      ? [
          settings.failIfUnavailable
            ? "nacre refuses to start without it."
            : "Commands run without it, and are asked about as usual.",
        ]
      : []),
    ...(problem === undefined
      ? [
          settings.autoAllow
            ? "Commands inside need no question, but in the modes plan, readOnly, confirmEach and deny."
            : "Commands inside are asked about as usual.",
        ]
      : []),
    ...(box?.isPartial ? [PARTIAL] : []),
    ...policy.problems,
  ];
  return `${lines.join("\n")}\n`;
}

/** Whether the sandbox stands, for programs. */
export function statusData({ settings, problem, policy, box }: Settled): JsonObject {
  const { enabled, failIfUnavailable, autoAllow } = settings;
  return {
    works: problem === undefined,
    ...(problem !== undefined && { problem }),
    enabled,
    failIfUnavailable,
    autoAllow,
    partial: box?.isPartial ?? false,
    problems: policy.problems,
  };
}

/** The walls as text: one path or host a line. */
export function policyText(here: Settled): string {
  const shown = policyParts(here);
  return `${shown.map(([title, lines]) => [title, ...lines.map((line) => `  ${line}`)].join("\n")).join("\n")}\n`;
}

/** The walls by what they are about. */
export function policyParts({ policy, settings }: Settled): readonly (readonly [string, readonly string[]])[] {
  const { hosts } = policy;
  const globs = (list: readonly { readonly text: string }[]): readonly string[] => list.map(({ text }) => text);
  const reach = hosts.httpPort ?? hosts.socksPort;
  const others = hosts.allowed.length === 0 ? "all" : "all others";
  const rest = `${others} are ${hosts.strict ? "refused" : "asked about, or refused where nobody is there"}`;
  const parts: readonly (readonly [string, readonly string[]])[] = [
    ["May be written", policy.writable],
    [
      "May not be written",
      [
        ...policy.readOnly,
        ...globs(policy.readOnlyGlobs),
        "what decides over what runs later: .git/hooks, .git/config, .nacre, .claude, .vscode, shell and package-manager start files, ...",
      ],
    ],
    [
      "May not be read",
      [
        ...policy.hidden,
        ...globs(policy.hiddenGlobs),
        "files in the workspace whose names say that they hold secrets: .env, *.pem, id_rsa, ...",
      ],
    ],
    ["May be read although it lies in those", [...policy.shown, ...globs(policy.shownGlobs)]],
    ["Hosts", reach === undefined ? [...hosts.allowed, rest] : [`as the proxy on port ${reach} decides`]],
    ["Hosts never", hosts.denied],
    [
      "Unix sockets",
      policy.unixSockets === "all" ? ["all"] : policy.unixSockets.length > 0 ? policy.unixSockets : ["none"],
    ],
    ["Commands that run without the sandbox", settings.excluded],
  ];
  return parts.filter(([, lines]) => lines.length > 0);
}
