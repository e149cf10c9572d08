import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { FileMigrationProvider, Migrator } from 'kysely/migration';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { connect } from '../../src/database/connect.ts';
import { migrate } from '../../src/database/migrate.ts';
import { freshDatabase } from '../support/database.ts';
import { runQuery } from '../support/world-database.ts';

const log = pino({ level: 'silent' });

test('each migration can be taken back, and leaves what the one before it had left', async () => {
  const database = await freshDatabase();
  const { db, close } = connect(database.url, { log });
  const columns = () =>
    runQuery(
      database.url,
      `select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns
       where table_schema = 'public' and table_name not like 'kysely%' order by 1, 2`,
      [],
    );
  const migrator = new Migrator({
    db,
    provider: new FileMigrationProvider({
      fs: { readdir },
      path,
      migrationFolder: fileURLToPath(new URL('../../migrations/', import.meta.url)),
      import: async (file) => await import(pathToFileURL(file).href),
    }),
  });
  try {
    const after: Record<string, unknown>[][] = [await columns()];
    const all = await migrator.getMigrations();
    for (const { name } of all) {
      expect((await migrator.migrateTo(name)).error).toBeUndefined();
      after.push(await columns());
    }
    for (const { name } of all.toReversed()) {
      after.pop();
      expect((await migrator.migrateDown()).error, name).toBeUndefined();
      expect(await columns(), name).toEqual(after.at(-1));
    }
    await migrate(db, log);
  } finally {
    await close();
    await database.drop();
  }
});
