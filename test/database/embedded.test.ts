import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type EmbeddedDatabase, startEmbeddedDatabase } from '../../src/database/embedded.ts';
import { requireReachable } from '../../src/database/embedded-account.ts';
import { reachableBinaries } from '../../src/database/embedded-binaries.ts';
import { isListening, query } from './asked-directly.ts';
import { copyFolder, newFolder } from './folder-of-a-database.ts';

const isRoot = process.getuid?.() === 0;
const log = pino({ level: 'silent' });
/** Where a database was started and stopped: what is not about its making begins with a copy. */
let left: string;
let folder: string;
let started: EmbeddedDatabase[];
let children: ChildProcess[];

beforeAll(async () => {
  left = await newFolder();
  await (await startEmbeddedDatabase(left, log, { durable: false })).stop();
});

afterAll(() => rm(left, { recursive: true, force: true }));

beforeEach(async () => {
  folder = await newFolder();
  started = [];
  children = [];
});

afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.stdin?.end();
    await once(child, 'exit');
  }
  await Promise.all(started.map((database) => database.stop()));
  await rm(folder, { recursive: true, force: true });
});

describe('the embedded database', () => {
  test('starts on an empty folder, durable and reachable from this machine only', async () => {
    const database = await startEmbeddedDatabase(join(folder, 'not', 'there', 'yet'), log);
    started.push(database);
    const [settings] = await query(
      database.url,
      `select current_database() as name, current_setting('fsync') as fsync,
         current_setting('synchronous_commit') as commit, current_setting('listen_addresses') as listens,
         current_setting('unix_socket_directories') as sockets, current_setting('server_encoding') as encoding,
         upper('é') as upper`,
    );
    expect(settings).toEqual({
      name: 'masonhub_loop',
      fsync: 'on',
      commit: 'on',
      listens: '127.0.0.1',
      sockets: '',
      encoding: 'UTF8',
      upper: 'É',
    });
  });

  test('asks for its password', async () => {
    await copyFolder(left, folder);
    const database = await start(folder);
    const wrong = new URL(database.url);
    wrong.password = 'wrong';
    await expect(query(wrong.href, 'select 1')).rejects.toThrow('password authentication failed');
  });

  test('keeps its data across a restart', async () => {
    await copyFolder(left, folder);
    const first = await start(folder);
    await query(first.url, 'create table kept as select 42 as answer');
    await first.stop();
    await first.stop();
    const second = await start(folder);
    expect(await query(second.url, 'select * from kept')).toEqual([{ answer: 42 }]);
  });

  test('runs twice at once in two folders', async () => {
    const [one, two] = await Promise.all([start(join(folder, 'one')), start(join(folder, 'two'))]);
    await query(one.url, 'create table only_here ()');
    await expect(query(two.url, 'select * from only_here')).rejects.toThrow('does not exist');
  });

  test('refuses a folder that another process uses, and names the process and the fix', async () => {
    await copyFolder(left, folder);
    const owner = await startInChild(folder);
    await expect(start(folder)).rejects.toThrow(
      `The embedded PostgreSQL in ${folder} is already in use by process ${owner.pid}. Give this service ` +
        'another DATA_DIR, or set one DATABASE_URL for both to share a PostgreSQL.',
    );
    expect(await query(owner.url, 'select 1 as alive')).toEqual([{ alive: 1 }]);
  });

  test('refuses a folder that this process uses already', async () => {
    await copyFolder(left, folder);
    await start(folder);
    await expect(start(folder)).rejects.toThrow(`already in use by this process (${process.pid})`);
  });

  test('of several processes that start at the same moment, exactly one gets the folder', async () => {
    const starts = await Promise.allSettled([1, 2, 3].map(() => startInChild(folder)));
    expect(starts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('replaces the server that a killed process left behind, and loses nothing', async () => {
    await copyFolder(left, folder);
    const owner = await startInChild(folder);
    await query(owner.url, 'create table kept as select 42 as answer');
    owner.child.kill('SIGKILL');
    await once(owner.child, 'exit');
    expect(await isListening(owner.url)).toBe(true);

    const database = await start(folder);
    expect(await query(database.url, 'select * from kept')).toEqual([{ answer: 42 }]);
    expect(database.url).not.toBe(owner.url);
    expect(await isListening(owner.url)).toBe(false);
  });

  test('stops with a process that exits without stopping it', async () => {
    await copyFolder(left, folder);
    const owner = await startInChild(folder);
    owner.child.stdin?.write('exit\n');
    await once(owner.child, 'exit');
    await expect.poll(() => isListening(owner.url), { timeout: 10_000 }).toBe(false);
    expect(await ownerFiles()).toEqual([]);
  });

  test('starts again where the first start was killed half-way', async () => {
    const draft = join(folder, 'postgres.new-killed', 'cluster');
    await mkdir(draft, { recursive: true });
    await writeFile(join(draft, 'PG_VERSION'), '18\n');
    const database = await start(folder);
    expect(await query(database.url, 'select 1 as alive')).toEqual([{ alive: 1 }]);
    expect(await readdir(folder)).not.toContain('postgres.new-killed');
  });

  test('is not kept off by an owner that is gone, even when its process id was given to another', async () => {
    await copyFolder(left, folder);
    await writeFile(join(folder, `owner.${process.ppid}.0-1`), '');
    await writeFile(join(folder, 'owner.4194305.0-1'), '');
    await start(folder);
    expect(await ownerFiles()).toEqual([expect.stringContaining(`owner.${process.pid}.`)]);
  });

  test('says what to do when its password is lost', async () => {
    await copyFolder(left, folder);
    await rm(join(folder, 'postgres-password'));
    await expect(start(folder)).rejects.toThrow(`${folder}/postgres-password is missing`);
    expect(await ownerFiles()).toEqual([]);
  });

  test('says what the server said when it does not start', async () => {
    await copyFolder(left, folder);
    await writeFile(join(folder, 'postgres', 'postgresql.auto.conf'), 'max_connections = many\n');
    await expect(start(folder)).rejects.toThrow('invalid value for parameter "max_connections": "many"');
    expect(await ownerFiles()).toEqual([]);
  });
});

describe('a folder that cannot be made', () => {
  test.each([
    ['/proc/masonhub-loop/data', /no such file or directory|permission denied/],
    [`${import.meta.filename}/data`, /file already exists|not a directory/],
    [import.meta.filename, /file already exists|not a directory/],
  ])('(%s) ends the start, with what to set', async (path, why) => {
    const refused = start(path);
    await expect(refused).rejects.toThrow(`The embedded PostgreSQL cannot keep its files in ${path}: `);
    await expect(refused).rejects.toThrow(why);
    await expect(refused).rejects.toThrow('Set DATA_DIR to a folder this user can write to');
  });
});

describe('a folder that is closed to the user PostgreSQL runs as', () => {
  test('is named, with that user and what to set', async () => {
    const closed = join(folder, 'closed');
    const dataDir = join(closed, 'data');
    await mkdir(dataDir, { recursive: true });
    await chmod(closed, isRoot ? 0o700 : 0o000);
    const message =
      /^The embedded PostgreSQL runs as the user "(postgres|nobody|me)" \(it refuses to run as root\), and the folder (\S+) is closed to that user, so it cannot keep its files in (\S+)\. Set DATA_DIR to a folder it can reach, for example DATA_DIR=\/var\/lib\/masonhub-loop, or set DATABASE_URL to a PostgreSQL of your own\.$/;
    // An ordinary user cannot become another, but can be kept out of a folder all the same.
    const me = { name: 'me', uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
    const refused = isRoot ? start(dataDir) : requireReachable(dataDir, me);
    const error: unknown = await refused.catch((reason: unknown) => reason);
    await chmod(closed, 0o700);
    const [, , namedFolder, namedDataDir] = message.exec(error instanceof Error ? error.message : '') ?? [];
    expect({ namedFolder, namedDataDir }).toEqual({ namedFolder: closed, namedDataDir: dataDir });
  });

  test('is opened when it was empty, so that a fresh temporary folder will do', async () => {
    await chmod(folder, 0o700);
    const database = await start(folder);
    expect(await query(database.url, 'select 1 as alive')).toEqual([{ alive: 1 }]);
  });

  test('may hold the programs: they are copied once, repaired, and never taken from a stranger', async () => {
    const native = join(folder, 'closed', 'package', 'native');
    for (const part of ['bin', 'lib', 'share']) await mkdir(join(native, part), { recursive: true });
    const binaries = { initdb: join(native, 'bin', 'initdb'), pgCtl: join(native, 'bin', 'pg_ctl') };
    await writeFile(binaries.initdb, 'initdb', { mode: 0o700 });
    await writeFile(binaries.pgCtl, 'pg_ctl', { mode: 0o700 });
    await writeFile(join(native, '..', 'package.json'), '{"version":"1.2.3"}');
    await chmod(join(folder, 'closed'), 0o700);
    const copy = join(folder, 'masonhub-loop-postgres-1.2.3');
    const copied = { initdb: join(copy, 'bin', 'initdb'), pgCtl: join(copy, 'bin', 'pg_ctl') };
    // Only root runs PostgreSQL as someone else; everybody else uses the programs where they are.
    const account = isRoot ? { name: 'nobody', uid: 65534, gid: 65534 } : undefined;
    const expected = isRoot ? copied : binaries;

    const both = [1, 2].map(() => reachableBinaries(binaries, account, folder));
    expect(await Promise.all(both)).toEqual([expected, expected]);
    await rm(expected.initdb);
    if (!isRoot) await writeFile(binaries.initdb, 'initdb');
    await reachableBinaries(binaries, account, folder);
    expect(await readdir(join(expected.initdb, '..'))).toEqual(['initdb', 'pg_ctl']);
    expect(await readdir(folder)).toEqual(isRoot ? ['closed', 'masonhub-loop-postgres-1.2.3'] : ['closed']);

    if (isRoot) await chmod(copy, 0o777);
    const afterwards = await reachableBinaries(binaries, account, folder).catch(String);
    expect(afterwards).toEqual(isRoot ? expect.stringContaining('other users can write to it') : binaries);
  });
});

async function start(dataDir: string): Promise<EmbeddedDatabase> {
  const database = await startEmbeddedDatabase(dataDir, log, { durable: false });
  started.push(database);
  return database;
}

/** The same in a process of its own, which lives until its standard input ends or says `exit`. */
async function startInChild(dataDir: string): Promise<{ child: ChildProcess; pid: number; url: string }> {
  const source = new URL('../../src/database/embedded.ts', import.meta.url).href;
  const script = `
    const { startEmbeddedDatabase } = await import(${JSON.stringify(source)});
    const log = { info() {} };
    const database = await startEmbeddedDatabase(${JSON.stringify(dataDir)}, log, { durable: false });
    console.log(database.url);
    process.stdin.on('data', (said) => { if (String(said).trim() === 'exit') process.exit(0); });
    process.stdin.on('end', () => database.stop());
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  children.push(child);
  for await (const url of createInterface({ input: child.stdout })) {
    return { child, pid: child.pid ?? 0, url };
  }
  throw new Error('the child process did not start a database');
}

async function ownerFiles(): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith('owner.'));
}
