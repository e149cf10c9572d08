import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { PollFailed } from '../../../src/steps/poll-failed.ts';
import { askLate, nextInTurn } from '../../../src/vendors/masonhub/ask-late.ts';
import type { FoundRmas } from '../../../src/vendors/masonhub/client.ts';
import { rmaRecord } from '../../../src/vendors/masonhub/schemas.ts';
import { merchantWith } from '../../returns/fixtures.ts';
import { openDatabase } from '../../support/open-database.ts';

const toldOn = (...days: number[]) => days.map((day) => ({ createdAt: new Date(Date.UTC(2026, 0, day)) }));
const days = (some: readonly { createdAt: Date }[]) => some.map(({ createdAt }) => createdAt.getUTCDate());
const day = (one: number) => new Date(Date.UTC(2026, 0, one));

describe('of returns that are late, it is the turn', () => {
  test.each<[string, Date | null, number[]]>([
    ['of the eldest at first', null, [1, 2]],
    ['of those after the last ones', day(2), [3, 4]],
    ['of as many as are left, and then of the eldest', day(4), [5, 1]],
    ['of the eldest again once all have had theirs', day(5), [1, 2]],
    ['of those after the last ones, also where none of these is late any more', day(20), [1, 2]],
  ])('%s', (_whose, after, expected) => {
    expect(days(nextInTurn(toldOn(1, 2, 3, 4, 5), after, 2))).toEqual(expected);
  });

  test('of all that were first told of in one instant together, so that none is passed over', () => {
    const late = toldOn(1, 2, 2, 2, 3);
    expect(days(nextInTurn(late, null, 2))).toEqual([1, 2, 2, 2]);
    expect(days(nextInTurn(late, day(2), 2))).toEqual([3, 1]);
    expect(days(nextInTurn(late, day(2), 3))).toEqual([3, 1, 2, 2, 2]);
  });

  test('of each again and again, although another one comes with every poll', () => {
    const late = Array.from({ length: 100 }, (_, nth) => ({ nth, createdAt: new Date(nth) }));
    const turns = new Map<number, number>();
    let after: Date | null = null;
    for (let poll = 0; poll < 200; poll += 1) {
      late.push({ nth: 100 + poll, createdAt: new Date(100 + poll) });
      const turn: typeof late = nextInTurn(late, after, 30);
      for (const { nth } of turn) turns.set(nth, (turns.get(nth) ?? 0) + 1);
      after = turn.at(-1)?.createdAt ?? null;
    }
    for (let nth = 0; nth < 100; nth += 1) expect(turns.get(nth)).toBeGreaterThan(10);
  });

  test('of nobody where there is none', () => {
    expect(nextInTurn([], day(1), 2)).toEqual([]);
  });
});

describe('asking for returns that are late', () => {
  const connection = openDatabase();
  const late = [1, 2, 3].map((nth) => ({
    loopReturnId: `4710${nth}`,
    rmaNumber: `4710${nth}`,
    receipts: [],
    receiptUnread: null,
    rmaOrigin: 'opened' as const,
    createdAt: day(nth),
  }));
  const transient = { kind: 'transient', why: 'MasonHub failed (500)', arrived: 'maybe' } as const;
  const paused = { kind: 'paused', why: 'MasonHub is limiting requests (429)', isKeyRefused: false } as const;

  /** Asks a MasonHub that answers some numbers so, and shows each of the others. */
  async function ask(merchant: string, most: number, answers: Record<string, FoundRmas>) {
    const [asked, taken, warned]: [string[], string[], unknown[]] = [[], [], []];
    const askedAt: number[] = [];
    // A second passes with each request.
    let clock = 0;
    const showRmas = async (numbers: readonly string[]): Promise<FoundRmas> => {
      const cid = numbers.join(',');
      asked.push(cid);
      clock += 1000;
      const rmas = numbers.map((number) => rmaRecord.parse({ customer_identifier: number }));
      return answers[cid] ?? { kind: 'found', rmas, unread: [] };
    };
    const log = pino({ level: 'warn' }, { write: (line: string) => void warned.push(JSON.parse(line)) });
    const asking = askLate(
      { db: connection.db, log, now: () => new Date(clock) },
      { ...merchantWith(), slug: merchant },
      { showRmas },
      late.slice(0, most),
      async ({ rmas }, at) => {
        taken.push(...rmas.map((one) => one.customer_identifier ?? ''));
        askedAt.push(at.getTime());
      },
    );
    const failure = await asking.catch((error: unknown) => error);
    return { asked, askedAt, taken, warned, failure };
  }

  const none: FoundRmas = { kind: 'found', rmas: [], unread: [] };
  const together = late.map(({ rmaNumber }) => rmaNumber).join(',');

  test('goes on past one of which MasonHub tells nothing, and says so', async () => {
    const { asked, taken, warned, failure } = await ask('one', 3, { [together]: none, '47101': transient });
    expect(asked).toEqual([together, '47101', '47102', '47103']);
    expect(taken).toEqual(['47102', '47103']);
    expect(warned).toMatchObject([{ merchant: 'one', return: '47101', why: transient.why }]);
    expect(failure).toBeUndefined();
  });

  test('asks for one that is alone once', async () => {
    expect((await ask('alone', 1, { '47101': none })).asked).toEqual(['47101']);
  });

  test('asks for each by itself where MasonHub does not answer for all of them', async () => {
    const { asked, askedAt, taken, failure } = await ask('each', 3, { [together]: transient });
    expect(asked).toEqual([together, '47101', '47102', '47103']);
    expect(askedAt).toEqual([1000, 2000, 3000]);
    expect(taken).toEqual(['47101', '47102', '47103']);
    expect(failure).toBeUndefined();
  });

  const isAskedAgain = async (merchant: string) =>
    (await connection.pool.query('select from polls where merchant = $1', [merchant])).rowCount === 0;

  test('leaves MasonHub alone where it answers nothing, and asks for the same the next time', async () => {
    const answers = { [together]: transient, '47101': transient, '47102': transient };
    const { asked, failure } = await ask('nothing', 3, answers);
    expect(asked).toEqual([together, '47101', '47102']);
    expect(failure).toBeUndefined();
    expect(await isAskedAgain('nothing')).toBe(true);
  });

  test('fails where MasonHub takes no more requests', async () => {
    const { failure } = await ask('paused', 3, { [together]: none, '47102': paused });
    expect(failure).toBeInstanceOf(PollFailed);
    expect(await isAskedAgain('paused')).toBe(true);
  });
});
