import { Backends } from './backends.ts';
import { buildDoor } from './replica.ts';
import type { Ground } from './scene.ts';

/**
 * What all seeds of a process share, on a database that is its own.
 * @param onBackend hears of each process of the database's server that works for them
 */
export async function openGround(databaseUrl: string, onBackend: (pid: number) => void): Promise<Ground> {
  const doors = await Promise.all([buildDoor(), buildDoor(), buildDoor()]);
  return { backends: new Backends(databaseUrl, onBackend), doors };
}
