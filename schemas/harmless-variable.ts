/**
 * Variables that say how a program talks, builds and counts. None of them makes it load a file, start a program, reach
 * another address or trust another certificate. A trailing `*` stands for any ending.
 */
const HARMLESS: readonly string[] = `
  LANG LANGUAGE LC_* TZ CI NO_COLOR FORCE_COLOR CLICOLOR CLICOLOR_FORCE COLUMNS LINES DO_NOT_TRACK DISABLE_TELEMETRY
  NODE_ENV NODE_NO_WARNINGS NEXT_TELEMETRY_DISABLED ASTRO_TELEMETRY_DISABLED TURBO_TELEMETRY_DISABLED VITEST_MAX_THREADS
  PYTHONUNBUFFERED PYTHONDONTWRITEBYTECODE PYTHONIOENCODING PYTHONUTF8 PYTHONHASHSEED FLASK_ENV
  RAILS_ENV RACK_ENV APP_ENV APP_DEBUG MIX_ENV ASPNETCORE_ENVIRONMENT DOTNET_ENVIRONMENT DOTNET_CLI_TELEMETRY_OPTOUT DOTNET_NOLOGO
  RUST_BACKTRACE RUST_LOG CARGO_TERM_COLOR CARGO_INCREMENTAL GOOS GOARCH GOMAXPROCS CGO_ENABLED TEST_ENV LOG_LEVEL DEBUG VERBOSE
  HOMEBREW_NO_ANALYTICS HOMEBREW_NO_AUTO_UPDATE SAM_CLI_TELEMETRY STORYBOOK_DISABLE_TELEMETRY
`
  .trim()
  .split(/\s+/);

/** Whether a project may set a variable, once it is trusted. What is not known to be harmless is not. */
export function isHarmlessVariable(name: string): boolean {
  return HARMLESS.some((known) => (known.endsWith("*") ? name.startsWith(known.slice(0, -1)) : name === known));
}
