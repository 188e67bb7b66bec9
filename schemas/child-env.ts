import { isSecretName } from "./redact.js";

type Env = Readonly<Record<string, string | undefined>>;

/** What a command may see of our environment, by name. A trailing `*` stands for any ending. */
const PASSED: readonly string[] = `
  PATH HOME USER LOGNAME SHELL HOSTNAME TERM COLORTERM NO_COLOR TZ LANG LANGUAGE LC_* TMPDIR TMP TEMP CI
  XDG_* DISPLAY WAYLAND_DISPLAY XAUTHORITY DBUS_SESSION_BUS_ADDRESS WSL_* MSYSTEM
  SSH_AUTH_SOCK GNUPGHOME GIT_AUTHOR_* GIT_COMMITTER_* GIT_SSH GIT_SSH_COMMAND GIT_SSL_* GIT_CONFIG_GLOBAL
  HTTP_PROXY HTTPS_PROXY FTP_PROXY ALL_PROXY NO_PROXY http_proxy https_proxy ftp_proxy all_proxy no_proxy
  SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE REQUESTS_CA_BUNDLE
  NODE_* NPM_CONFIG_* npm_config_* NVM_* FNM_* VOLTA_* PNPM_* YARN_* COREPACK_* BUN_* DENO_*
  PYTHON* VIRTUAL_ENV CONDA_* PYENV_* PIP_* PIPX_* POETRY_* UV_*
  RUBYLIB RUBYOPT GEM_HOME GEM_PATH BUNDLE_PATH BUNDLE_GEMFILE BUNDLE_WITHOUT RBENV_*
  GOPATH GOROOT GOBIN GOCACHE GOMODCACHE GOFLAGS GOOS GOARCH GOPROXY GOPRIVATE GONOSUMDB GOSUMDB GOTOOLCHAIN GOWORK CGO_*
  CARGO_* RUST* JAVA_* JDK_* MAVEN_* M2_HOME GRADLE_* ANT_HOME KOTLIN_HOME SDKMAN_* ANDROID_*
  DOTNET_* NUGET_* PHP_* COMPOSER_* PERL5LIB PERL_* ERL_* MIX_* GHCUP_* STACK_* OPAM* R_HOME R_LIBS*
  CC CXX CPP AR LD CFLAGS CXXFLAGS CPPFLAGS LDFLAGS LD_LIBRARY_PATH DYLD_LIBRARY_PATH LIBRARY_PATH CPATH
  C_INCLUDE_PATH PKG_CONFIG* CMAKE_* MAKEFLAGS CCACHE_* SCCACHE_*
  DOCKER_* COMPOSE_* KUBECONFIG NIX_* HOMEBREW_* ASDF_* MISE_*
`
  .trim()
  .split(/\s+/);

/** Never passed either, whatever a list says: our own variables, and what changes how a shell starts. */
const OWN: readonly RegExp[] = [
  /^(ANTHROPIC|OPENAI|OLLAMA|NACRE|CLAUDE)_/,
  /^(BASH_ENV|ENV|SHELLOPTS|BASHOPTS|PS4|PROMPT_COMMAND|IFS)$|^BASH_FUNC_/,
];

/** A URL that carries a password; a proxy's is needed to reach anything at all. */
export const PASSWORD_IN_URL: RegExp = /:\/\/[^/@\s]*:[^/@\s]*@/;

/** Settings that keep a program from waiting for a person who is not there. */
const UNATTENDED: Env = {
  PAGER: "cat",
  GIT_PAGER: "cat",
  MANPAGER: "cat",
  SYSTEMD_PAGER: "cat",
  GIT_TERMINAL_PROMPT: "0",
  SSH_ASKPASS_REQUIRE: "never",
  EDITOR: "true",
  VISUAL: "true",
  GIT_EDITOR: "true",
};

/** What one tool's children get beyond the list. */
export interface ChildEnvOptions {
  readonly sessionId: string;
  /** Further names from the user's settings; a trailing `*` stands for any ending. Secrets stay out. */
  readonly pass?: readonly string[];
  /** Names passed although they are secrets: for a program that cannot work without its own token. */
  readonly secrets?: readonly string[];
}

/** The environment of a child: an allow-list of ours, and what says where the child runs. */
export function childEnv(env: Env, { sessionId, pass = [], secrets = [] }: ChildEnvOptions): NodeJS.ProcessEnv {
  const isCommon = matcher(PASSED);
  const isWanted = matcher(pass);
  const child: NodeJS.ProcessEnv = {};
  for (const [name, value = ""] of Object.entries(env)) {
    const open = isWanted(name) || (isCommon(name) && (/_proxy$/i.test(name) || !PASSWORD_IN_URL.test(value)));
    if (secrets.includes(name) || (open && !isSecretName(name) && !OWN.some((pattern) => pattern.test(name))))
      child[name] = value;
  }
  return {
    ...child,
    ...UNATTENDED,
    CLAUDECODE: "1",
    NACRE: "1",
    NACRE_SESSION_ID: sessionId,
    CLAUDE_CODE_SESSION_ID: sessionId,
  };
}

/** Whether a name is on a list whose entries may end in `*`. */
function matcher(names: readonly string[]): (name: string) => boolean {
  const exact = new Set(names);
  const beginnings = names.filter((name) => name.endsWith("*")).map((name) => name.slice(0, -1));
  return (name) => exact.has(name) || beginnings.some((beginning) => name.startsWith(beginning));
}
