import { readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { ConfigurationError } from '../config/errors.ts';

/** A file that people edit and that a command writes to. */
export interface EditedFile {
  readonly path: string;
  /** What messages call it, such as `merchants file`. */
  readonly name: string;
  /** The setting that says where it is. */
  readonly setting: string;
}

/**
 * @returns the file's text; null where there is none
 * @throws {ConfigurationError} where it cannot be read
 */
export async function readIfThere({ path, name }: EditedFile): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return null;
    throw new ConfigurationError([`${path}: the ${name} cannot be read (${codeOf(cause)}).`], { cause });
  }
}

/**
 * Puts a text in a file's place: into a file beside it first, so that nobody ever reads half of one. A new file is not
 * written over one that somebody else has made meanwhile.
 * @param mode who may read and write it; null: as it was, or as the process makes files
 * @throws {ConfigurationError} where it cannot be written
 */
export async function writeWhole(
  { path, name, setting }: EditedFile,
  content: string,
  isThere: boolean,
  mode: number | null,
): Promise<void> {
  try {
    if (!isThere) return await writeFile(path, content, { flag: 'wx', ...(mode === null ? {} : { mode }) });
    const target = await realpath(path);
    const beside = `${target}.new`;
    // One that a run before was cut off with may have other rights.
    await rm(beside, { force: true });
    await writeFile(beside, content, { flag: 'wx', mode: mode ?? (await stat(target)).mode });
    await rename(beside, target).catch(async (cause: unknown) => {
      await rm(beside);
      throw cause;
    });
  } catch (cause) {
    const fix = `See that the file and its folder may be written, or set ${setting} to where yours is.`;
    throw new ConfigurationError([`${path}: the ${name} cannot be written (${codeOf(cause)}). ${fix}`], {
      cause,
    });
  }
}

function codeOf(cause: unknown): string {
  return z.object({ code: z.string() }).safeParse(cause).data?.code ?? 'unknown error';
}
