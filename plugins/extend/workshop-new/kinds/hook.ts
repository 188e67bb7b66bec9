import { lines, type Scaffold } from "../scaffold.js";

export function hook(): Scaffold {
  const command = '"${CLAUDE_PLUGIN_ROOT}/dev.nacre/hooks/no-push.sh"';
  const config = {
    description: "Keeps pushes to the person",
    hooks: { PreToolUse: [{ matcher: "Bash", hooks: [{ type: "command", command, timeout: 10 }] }] },
  };
  return {
    files: {
      "dev.nacre/hooks/hooks.json": `${JSON.stringify(config, null, 2)}\n`,
      "dev.nacre/hooks/no-push.sh": lines(
        "#!/bin/sh",
        "# The call stands on stdin as JSON. Exit 2 blocks it; what is written to stderr is the reason.",
        "if grep -q 'git push'; then",
        "  echo 'Pushing is left to the person: show what would be pushed instead.' >&2",
        "  exit 2",
        "fi",
      ),
      "tests/hook.test.yaml": lines(
        "- test: a push is blocked, whatever the permissions allow",
        "  prompt: Push it.",
        "  settings: { permissions: { allow: [Bash] } }",
        "  model:",
        "    - call: { name: Bash, input: { command: git push origin main } }",
        "    - { expect: { result: Pushing is left to the person }, text: I did not push. }",
        "  expect:",
        "    answer: I did not push.",
        "    calls: [{ name: Bash, decision: deny, result: Pushing is left to the person }]",
        "- test: other commands run",
        "  prompt: Say hello.",
        "  settings: { permissions: { allow: ['Bash(echo hello)'] } }",
        "  model: [{ call: { name: Bash, input: { command: echo hello } } }, { expect: { result: hello }, text: Done. }]",
        "  expect: { calls: [{ name: Bash, decision: allow, result: hello }] }",
      ),
    },
    about: "a hook that blocks `git push`",
  };
}
