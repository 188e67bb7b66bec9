/** Names that PowerShell knows a command by beside its own. */
const ALIASES: ReadonlyMap<string, string> = new Map(
  [
    "get-childitem: gci ls dir",
    "remove-item: ri rm rmdir del erase rd",
    "copy-item: cpi cp copy",
    "move-item: mi mv move",
    "rename-item: rni ren",
    "new-item: ni",
    "get-content: gc cat type",
    "set-content: sc",
    "add-content: ac",
    "set-location: sl cd chdir",
    "get-location: gl pwd",
    "invoke-webrequest: iwr curl wget",
    "invoke-restmethod: irm",
    "invoke-expression: iex",
    "invoke-command: icm",
    "select-string: sls",
    "where-object: where ?",
    "foreach-object: foreach %",
    "start-process: saps start",
    "stop-process: spps kill",
    "get-process: gps ps",
    "write-output: write echo",
    "clear-host: cls clear",
  ].flatMap((line) => {
    const [name = "", aliases = ""] = line.split(": ");
    return aliases.split(" ").map((alias) => [alias, name] as const);
  }),
);

/** A PowerShell command, or a pattern of some, in the spelling that comparing needs: no case, no aliases. */
export function plainPowerShell(text: string): string {
  const lower = text.toLowerCase();
  const [first = ""] = lower.split(/[\s*]/, 1);
  return (ALIASES.get(first) ?? first) + lower.slice(first.length);
}
