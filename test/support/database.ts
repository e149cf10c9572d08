import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { emptyTables } from './empty-tables.ts';

export interface FreshDatabase {
  url: string;
  drop(): Promise<void>;
}

/**
 * Creates a database that no other test knows, on the PostgreSQL of this test run. Where the run has only
 * one database, it is that one, with nothing in its tables: one test at a time can use it.
 * @param as `started`: as a service leaves it that was started on it once, and has seen nothing
 */
export async function freshDatabase(as: 'empty' | 'started' = 'empty'): Promise<FreshDatabase> {
  if (inject('hasOneDatabase')) {
    const url = inject('postgresUrl');
    await emptyTables(url);
    return { url, drop: async () => {} };
  }
  return create(as === 'empty' ? null : inject('startedDatabase'));
}

/** A copy of a database as it is now; nobody may be connected to it meanwhile. */
export function copyOf(url: string): Promise<FreshDatabase> {
  return create(new URL(url).pathname.slice(1));
}

async function create(template: string | null): Promise<FreshDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  // Files are copied for less than pages through the server's own memory, where they push out what is in use.
  const copied = template === null ? '' : ` template ${template} strategy file_copy`;
  await administer(`create database ${name}${copied}`);
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: async () => await administer(`drop database if exists ${name} with (force)`),
  };
}

async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
