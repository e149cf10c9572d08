import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { pino } from 'pino';
import { startEmbeddedDatabase } from '../../src/database/embedded.ts';
import { prepareDatabase } from '../../src/start-database.ts';
import { memoryFolder } from '../support/memory-folder.ts';
import type { Answered, Asked } from './protocol.ts';
import type { SimulatedSchedule } from './schedule.ts';
import type { Simulated } from './world.ts';

export interface Told {
  readonly result: Simulated;
  readonly story: readonly string[];
}

/** Processes that simulate beside each other, each with a database of its own. */
export interface Crew extends AsyncDisposable {
  readonly size: number;
  /** Lets a schedule take place in the next process that is free. */
  simulate(schedule: SimulatedSchedule, isTold?: boolean): Promise<Told>;
}

export interface CrewGround extends AsyncDisposable {
  /** A database that nobody has used. */
  database(): Promise<string>;
  /** @param mutant the name of the fault to put into the service; none unless given */
  crew(size: number, mutant?: string): Promise<Crew>;
}

const silent = pino({ level: 'silent' });

/** Starts a PostgreSQL of its own in a temporary folder, for all the crews to come. */
export async function startGround(): Promise<CrewGround> {
  const folder = await mkdtemp(join(await memoryFolder(), 'masonhub-loop-simulate-'));
  const postgres = await startEmbeddedDatabase(folder, silent, { durable: false });
  await prepareDatabase(postgres.url, silent);
  await forgetAtACrash(postgres.url);
  let databases = 0;
  const database = async () => {
    databases += 1;
    return overSocket(await copyOf(postgres.url, `simulate_${databases}`), folder);
  };
  return {
    database,
    crew: async (size, mutant) => {
      const urls: string[] = [];
      for (let one = 0; one < size; one += 1) urls.push(await database());
      // Other simulations may be at work on this machine: each begins with another core.
      return openCrew(urls, mutant, (nth) => process.pid + nth);
    },
    [Symbol.asyncDispose]: async () => {
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * @param databaseUrls one for each process: prepared, and nobody else's while it works
 * @param coreOf the core that a process is to stay on; null leaves it to the system
 */
export async function openCrew(
  databaseUrls: readonly string[],
  mutant?: string,
  coreOf: (nth: number) => number | null = () => null,
): Promise<Crew> {
  return crewOf(await Promise.all(databaseUrls.map((url, nth) => startHand(url, coreOf(nth), mutant))));
}

/** The server itself never crashes here, so nothing has to be written twice for that. */
async function forgetAtACrash(url: string): Promise<void> {
  await asked(
    url,
    `do $$ declare name text; begin
      for name in select tablename from pg_tables where schemaname = 'public' loop
        execute format('alter table %I set unlogged', name);
      end loop;
    end $$`,
  );
}

async function asked(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

async function copyOf(url: string, name: string): Promise<string> {
  const administration = new URL(url);
  administration.pathname = '/template1';
  await asked(administration.href, `create database ${name} template ${new URL(url).pathname.slice(1)}`);
  const copy = new URL(url);
  copy.pathname = `/${name}`;
  return copy.href;
}

/** The same database over the server's socket: a statement costs less than over TCP. */
function overSocket(url: string, folder: string): string {
  const socket = new URL(url);
  socket.hostname = encodeURIComponent(join(folder, 'postgres'));
  return socket.href;
}

const workerFile = fileURLToPath(new URL('worker.ts', import.meta.url));

async function startHand(
  databaseUrl: string,
  core: number | null,
  mutant: string | undefined,
): Promise<ChildProcess> {
  const hand = fork(
    workerFile,
    [databaseUrl, core === null ? '' : String(core), ...(mutant === undefined ? [] : [mutant])],
    {
      // What a statement needs is garbage at once: a larger young generation is emptied less often.
      execArgv: ['--max-semi-space-size=32'],
    },
  );
  const [ready] = await Promise.race([once(hand, 'message'), once(hand, 'exit')]);
  if (typeof ready !== 'object') throw new Error('A process of the simulation did not start');
  return hand;
}

function crewOf(hands: readonly ChildProcess[]): Crew {
  const free = [...hands];
  const waiting: ((hand: ChildProcess) => void)[] = [];
  const take = async () => {
    const hand = free.pop();
    return hand ?? new Promise<ChildProcess>((resolve) => void waiting.push(resolve));
  };
  const giveBack = (hand: ChildProcess) => {
    const next = waiting.shift();
    if (next === undefined) free.push(hand);
    else next(hand);
  };
  return {
    size: hands.length,
    simulate: async (schedule, isTold = false) => {
      const hand = await take();
      const asked: Asked = { schedule, isTold };
      hand.send(asked);
      const answered = await answerOf(hand);
      giveBack(hand);
      if (answered.kind === 'simulated') return { result: answered.result, story: answered.story };
      throw new Error(`Seed ${schedule.seed}: ${answered.kind === 'broken' ? answered.why : 'no answer'}`);
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(
        hands.map(async (hand) => {
          const gone = once(hand, 'exit');
          hand.disconnect();
          await gone;
        }),
      );
    },
  };
}

function answerOf(hand: ChildProcess): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const gone = () => reject(new Error('A process of the simulation ended'));
    hand.once('exit', gone);
    hand.once('message', (answered: Answered) => {
      hand.off('exit', gone);
      resolve(answered);
    });
  });
}
