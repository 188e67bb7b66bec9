/** A git of ours, where to run it and with which environment. */
export interface Git {
  readonly file: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}
