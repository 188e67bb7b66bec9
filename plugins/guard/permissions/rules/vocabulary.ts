/** What the part of a rule in parentheses means, by tool. */
export type Grammar = "command" | "path" | "domain" | "name" | "folder";

interface ToolWords {
  readonly grammar: Grammar;
  /** The field the rule is about, which therefore cannot be named as a parameter. */
  readonly primary: readonly string[];
  /** A path rule for it is accepted and means nothing: the rule to write instead. */
  readonly instead?: "Read" | "Edit";
  /** Put before the input to make the equivalent command line. */
  readonly program?: string;
}

const command = (program?: string): ToolWords => ({
  grammar: "command",
  primary: ["command"],
  ...(program !== undefined && { program }),
});
const path = (instead?: "Read" | "Edit"): ToolWords => ({
  grammar: "path",
  primary: ["file_path", "path", "notebook_path"],
  ...(instead && { instead }),
});

/** Tools whose rules can have a specifier beside `param:value`. */
export const TOOL_WORDS: ReadonlyMap<string, ToolWords> = new Map<string, ToolWords>([
  ["Bash", command()],
  ["Monitor", command()],
  ["PowerShell", command()],
  ["Pty", command()],
  ["Git", command("git")],
  ["GitHub", command("gh")],
  ["Read", path()],
  ["Edit", path()],
  ["Write", path("Edit")],
  ["MultiEdit", path("Edit")],
  ["NotebookEdit", path("Edit")],
  ["NotebookRead", path("Read")],
  ["Glob", path("Read")],
  ["Grep", path("Read")],
  ["LS", path("Read")],
  ["WebFetch", { grammar: "domain", primary: ["url"] }],
  ["Agent", { grammar: "name", primary: ["subagent_type"] }],
  ["Skill", { grammar: "name", primary: ["skill"] }],
  ["Cd", { grammar: "folder", primary: ["path"] }],
]);

/** Spellings of earlier times, which settings files still hold. */
export const OLD_NAMES: ReadonlyMap<string, string> = new Map([
  ["Task", "Agent"],
  ["SlashCommand", "Skill"],
  ["KillBash", "KillShell"],
  ["AgentOutputTool", "TaskOutput"],
]);

/** Tools of other shells and of plugins that may not be there: a rule about them is no mistake. */
export const KNOWN_NAMES: ReadonlySet<string> = new Set([
  ...TOOL_WORDS.keys(),
  ...OLD_NAMES.keys(),
  ...[
    "WebSearch Search BashOutput KillShell BatchReplace ApplyPatch EditPreview FileBrowser AskUser AskUserQuestion",
    "EnterPlan ExitPlan EnterPlanMode ExitPlanMode EnterWorktree ExitWorktree Todo TodoWrite TaskCreate TaskUpdate",
    "TaskGet TaskList TaskStop TaskOutput LSP CronCreate CronDelete CronList ScheduleWakeup SendMessage ListAgents",
    "ListMcpResourcesTool ReadMcpResourceTool ReadMcpResourceDirTool ToolSearch WaitForMcpServers Workflow",
    "StructuredOutput Artifact RemoteTrigger PushNotification SendUserFile SubagentHandback ShareOnboardingGuide",
    "ReportFindings SendFeedback Projects EndConversation REPL Scratchpad MemoryRead MemoryWrite Complete",
    "SymbolSearch SubscribePR AgentSend AgentStop",
  ].flatMap((line) => line.split(" ")),
]);
