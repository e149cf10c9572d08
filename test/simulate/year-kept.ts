import { z } from 'zod';
import { tables } from './backends.ts';
import type { Scene } from './scene.ts';

/** What there is at one moment. */
export interface Kept {
  readonly day: number;
  /** How many returns there were until then. */
  readonly lives: number;
  /** By table. */
  readonly rows: Readonly<Record<string, number>>;
  /** Tables and indexes, in bytes. */
  readonly size: number;
  readonly jobs: number;
}

const counted = z.tuple([z.record(z.string(), z.coerce.number())]);
const counts = tables.map((table) => `(select count(*) from ${table}) as ${table}`).join(', ');
const sizes = tables.map((table) => `pg_total_relation_size('${table}')`).join(' + ');

export async function keptBy({ eye, jobs }: Scene, day: number, lives: number): Promise<Kept> {
  const [{ size = 0, ...rows }] = counted.parse(await eye.rows(`select ${counts}, ${sizes} as size`));
  return { day, lives, rows, size, jobs: jobs.all() };
}
