import type { JsonObject } from "../../../schemas/json.js";
import { EVENTS } from "./events.js";

const SAMPLES: Readonly<Record<string, JsonObject>> = {
  SessionStart: { source: "startup" },
  Setup: { trigger: "init" },
  InstructionsLoaded: { file_path: "/tmp/AGENTS.md", memory_type: "Project", load_reason: "session_start" },
  UserPromptSubmit: { prompt: "hello" },
  UserPromptExpansion: {
    expansion_type: "slash_command",
    command_name: "example",
    command_args: "",
    command_source: "project",
    prompt: "/example",
  },
  MessageDisplay: { turn_id: "1", message_id: "1", index: 0, final: true, delta: "hello" },
  PostToolUse: { tool_response: { stdout: "hello\n", stderr: "", interrupted: false, isImage: false } },
  PostToolUseFailure: { error: "Exit code 1" },
  PostToolBatch: { tool_calls: [] },
  Notification: { message: "nacre is waiting for your input", notification_type: "idle_prompt" },
  SubagentStart: { agent_id: "1", agent_type: "explorer" },
  SubagentStop: { agent_id: "1", agent_type: "explorer", stop_hook_active: false, last_assistant_message: "Done." },
  Stop: { stop_hook_active: false, last_assistant_message: "Done.", background_tasks: [], session_crons: [] },
  StopFailure: { error: "overloaded", last_assistant_message: "The service is overloaded." },
  ConfigChange: { source: "project_settings" },
  CwdChanged: { old_cwd: "/tmp", new_cwd: "/" },
  DirectoryAdded: { directory: "/tmp", source: "slash_command" },
  FileChanged: { file_path: "/tmp/.env", event: "change" },
  PostModelSwitch: { from_model: "a", to_model: "b", requested_model: "b", source: "command" },
  SessionEnd: { reason: "other" },
};

const CALL: JsonObject = { tool_name: "Bash", tool_input: { command: "echo hello" }, tool_use_id: "example" };

/** What an event could hold, for a hook that is tried by hand. */
export function sampleInput(event: string): JsonObject {
  return { ...(EVENTS.get(event)?.call && CALL), ...SAMPLES[event] };
}
