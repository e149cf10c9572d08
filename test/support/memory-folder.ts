import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';

const inMemory = '/dev/shm';
/** What a whole run keeps there at a time is far less; a container often has 64 MB. */
const enough = 2 * 1024 ** 3;

/**
 * Where the files of a test's databases belong: in memory, where the machine has a folder there with room, since
 * databases are made and dropped by the hundred; else among other temporary files.
 */
export async function memoryFolder(): Promise<string> {
  const free = await statfs(inMemory).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  );
  return free < enough ? tmpdir() : inMemory;
}
