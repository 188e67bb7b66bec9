import type { Assignment } from "./script.js";

const names = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Variables that say how something is shown, for any program. Their values are plain words. */
const SHOWING = names(`
  NODE_ENV LANG LANGUAGE LC_ALL LC_CTYPE LC_COLLATE LC_MESSAGES LC_NUMERIC LC_TIME TZ NO_COLOR FORCE_COLOR CLICOLOR
  CLICOLOR_FORCE COLUMNS LINES CI TERM RUST_BACKTRACE PYTHONUNBUFFERED PYTHONDONTWRITEBYTECODE GIT_OPTIONAL_LOCKS
`);
/** Variables that name a program, with the one that is harmless. */
const PAGERS = names("PAGER GIT_PAGER MANPAGER SYSTEMD_PAGER");

/** Whether a command does the same with a variable set as without, but for how it shows it. */
export function isHarmless({ name, value, more }: Assignment): boolean {
  return !value.dynamic && !value.glob && !value.tilde && !more && isShowing(name, value.text);
}

/** The same, for a value that is known. */
export function isShowing(name: string, value: string): boolean {
  if (PAGERS.has(name)) return value === "cat" || value === "";
  return (
    SHOWING.has(name) && /^[\w.@+-]*$|^[A-Za-z]\w*\/[\w/+-]+$/.test(value) && (name === "TZ" || !value.includes("/"))
  );
}

/** Names that the shell, or some program, looks at. */
const LOOKED_AT =
  /^(?:BASH.*|PATH|IFS|HOME|PWD|OLDPWD|ENV|SHELL.*|PS\d|PROMPT_.*|CDPATH|GLOBIGNORE|FIGNORE|EXECIGNORE|LD_.*|DYLD_.*|GIT_.*|LC_.*|LANG.*|TMP.*|TEMP|.*PAGER|EDITOR|VISUAL|LESS.*|MORE|NODE_.*|PYTHON.*|PERL.*|RUBY.*|JAVA_.*|JDK_.*|NPM_.*|npm_.*|NACRE.*|CLAUDE.*|HIST.*|histchars|OPT.*|RANDOM|SECONDS|LINENO|EPOCH.*|SRANDOM|UID|EUID|PPID|GROUPS|FUNCN.*|DIRSTACK|COMP.*|MAIL.*|TERM.*|TZ|USER|LOGNAME|MAPFILE|REPLY|POSIXLY_CORRECT|TIMEFORMAT|TMOUT|auto_resume|.*_proxy|.*_PROXY|CC|CXX|CPP|AR|LD|.*FLAGS|EMACS|INSIDE_EMACS|HOST.*|MACHTYPE|OSTYPE|IGNOREEOF|INPUTRC|FCEDIT|CHILD_MAX|READLINE_.*|COLUMNS|LINES|DISPLAY|XDG_.*|SSH_.*|GREP_.*|LS_COLORS|RIPGREP_.*|JQ_.*|AWK.*|TAR_.*|GZIP|BAT_.*|FZF_.*)$/;

/** Whether a variable of this name is the line's own: no shell and no program looks at it. */
export function isOwn(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name) && !LOOKED_AT.test(name) && process.env[name] === undefined;
}

/** Whether a variable of the environment can hold something that is not for others. */
export function isSecretName(name: string): boolean {
  return /KEY|TOKEN|SECRET|PASS|CRED|AUTH|COOKIE|SESSION|(?:^|_)PAT(?:_|$)/i.test(name);
}
