import { version } from './config/version.ts';

/** What the command line of the service is answered with. */
export interface ArgumentsAnswer {
  readonly text: string;
  /** The exit status: 2 where it was used wrongly. */
  readonly status: 0 | 2;
}

/**
 * Answers the arguments of `node src/main.js`, before anything is started.
 * @param args at least one
 */
export function answerArguments(args: readonly string[]): ArgumentsAnswer {
  const unknown = args.find((arg) => arg !== '--version' && arg !== '-v');
  if (unknown === undefined) return { text: version, status: 0 };
  return {
    text: `${JSON.stringify(unknown)} is not an argument of the service; only --version (-v) is. Its settings come from the environment: src/config/README.md lists them.`,
    status: 2,
  };
}
