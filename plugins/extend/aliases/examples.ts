/** The ten that the language was made for. */
export const EXAMPLES: Readonly<Record<string, string>> = {
  ll: 'alias ll = LS(path: ".", sort: "size")',
  test: 'alias test "Run the unit tests" = Bash(command: "npm test")',
  t: 'alias t(pattern: string) = Bash(command: "npm test -- -t ${pattern}") with { timeout: 5m, permission: ask }',
  todo: 'alias todo(dir: path = "src") = Grep(pattern: "TODO|FIXME", path: $dir, context: 1)',
  lint: [
    'alias lint(level: ("error" | "warn") = "error") = Bash(command: "eslint . --max-level ${level}")',
    '  || Agent(name: "code-reviewer", prompt: "Explain these lint errors: ${_}")',
  ].join("\n"),
  pr: [
    "alias pr(title: string, draft: bool = true)",
    '  = Git(args: ["push", "-u", "origin", "HEAD"])',
    '  && GitHub(args: ["pr", "create", "--title", $title], draft: $draft)',
    "  with { permission: ask, retry: 1 }",
  ].join("\n"),
  review: [
    'alias review = Git(args: ["diff", "--staged"]) as diff',
    '  | Agent(name: "code-reviewer", prompt: "Review:\\n${diff}", min_confidence: 80)',
  ].join("\n"),
  rename: [
    'alias rename(from: regex, to: string, files: glob = "**/*.ts")',
    "  = BatchReplace(pattern: $from, replacement: $to, glob: $files, dry_run: true) | EditPreview(changes: $_)",
  ].join("\n"),
  ship: [
    'alias ship when branch != "main" and exists("package.json") and not env("CI")',
    '  = @test() && @pr(title: "Release") ; PushNotification(text: "ship: done")',
  ].join("\n"),
  issue: [
    'include "./team.nalias"   # shared by the project',
    "alias issue(repo: string, ...labels: string)",
    '  = mcp.github.create_issue(repo: $repo, labels: $labels, meta: { from: "nacre", parent: null })',
    "unalias ll",
  ].join("\n"),
};
