import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { ConfigurationError } from './errors.ts';

/** What became of those that a file names when they were replaced by others. */
export interface Changes {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** What it means to put these in the place of those before, by their names. */
export function changesBetween<One>(
  before: ReadonlyMap<string, One>,
  next: ReadonlyMap<string, One>,
): Changes {
  return {
    added: [...next.keys()].filter((name) => !before.has(name)),
    changed: [...next].flatMap(([name, one]) =>
      before.has(name) && !isDeepStrictEqual(before.get(name), one) ? [name] : [],
    ),
    removed: [...before.keys()].filter((name) => !next.has(name)),
  };
}

/** What a file says, and every file that it was read from: itself and those that it names. */
export interface ReadFile<Content> {
  readonly content: Content;
  readonly files: readonly string[];
}

export interface FollowOptions<Content> {
  /** Whom the file names, for the log: `merchants` or `operators`. */
  readonly names: string;
  /** @throws {ConfigurationError} where the file cannot be used */
  readonly read: () => Promise<ReadFile<Content>>;
  readonly use: (content: Content) => Promise<Changes>;
  readonly log: Logger;
}

/** A file of settings whose changes are taken up while the service runs. */
export interface FollowedFile {
  /** What is wrong with the file as it is now, so that what it said before stays; null where it is fine. */
  problem(): string | null;
  /** Takes the file up as it is now. */
  reload(): Promise<void>;
  /** Looks no more, and waits for the look under way. */
  stop(): Promise<void>;
}

const lookEveryMs = 2_000;

/**
 * Looks every few seconds whether a file, or one that it names, says something else, and takes it up once it has
 * stayed the same for two looks: a file that is half written is no change. The content is compared, as
 * notifications do not come through for mounted files and swapped links.
 */
export function followFile<Content>({ names, read, use, log }: FollowOptions<Content>): FollowedFile {
  let files: readonly string[] = [];
  let seen = '';
  let taken: string | null = null;
  let problem: string | null = null;
  let isStopped = false;
  let last = Promise.resolve();

  async function look(isAskedFor: boolean): Promise<void> {
    if (isStopped) return;
    const content = await contentOf(files);
    const isSettled = content === seen;
    seen = content;
    if (!isAskedFor && !isSettled) return;
    // While the file cannot be used, a file that it names may be at fault which is not known yet.
    if (!isAskedFor && content === taken && problem === null) return;
    try {
      const fresh = await read();
      const changes = await use(fresh.content);
      if (problem !== null || Object.values(changes).some((changed) => changed.length > 0)) {
        log.info(changes, `the ${names} file was taken up`);
      }
      problem = null;
      // What was read is known by what the files said before: a change since then is found by the next look.
      taken = isDeepStrictEqual(fresh.files, files) ? content : null;
      files = fresh.files;
    } catch (error) {
      refuse(error);
    }
  }

  function refuse(error: unknown): void {
    const before = problem;
    const isConfiguration = error instanceof ConfigurationError;
    problem = isConfiguration
      ? error.message
      : `The ${names} could not be taken up, as the log says. It is tried again.`;
    if (problem === before) return;
    const line = isConfiguration ? { problem } : { problem, err: error };
    log.error(line, `the ${names} file is refused, and the ${names} of before stay`);
  }

  /** One look at a time. */
  function enqueue(isAskedFor: boolean): Promise<void> {
    last = last.then(() => look(isAskedFor));
    return last;
  }

  const timer = setInterval(() => void enqueue(false), lookEveryMs);
  timer.unref();
  return {
    problem: () => problem,
    reload: () => enqueue(true),
    stop: async () => {
      clearInterval(timer);
      isStopped = true;
      await last;
    },
  };
}

/** What the files say, all together; one that cannot be read says why. */
async function contentOf(files: readonly string[]): Promise<string> {
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(String)));
  return JSON.stringify(texts);
}
