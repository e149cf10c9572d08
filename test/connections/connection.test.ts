import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Connection,
  idle,
  learn,
  type Rank,
  type Rules,
  type Sign,
  take,
} from '../../src/connections/connection.ts';

const loop: Rules = { requestsPerMinute: 300, refusedPauseMs: 15_000 };
const masonhub: Rules = { requestsPerMinute: null, refusedPauseMs: 15_000 };
const aMinute = 60_000;
const start = Date.parse('2026-11-23T10:00:00Z');
const worked: Sign = { kind: 'worked' };
const refused: Sign = { kind: 'refused', why: 'Loop refused the key (401)' };
const limited = (retryAfterMs: number | null): Sign => ({ kind: 'limited', why: 'Too many', retryAfterMs });

/** When the requests leave that ask for their turns at these moments. */
function departures(asked: readonly { at: number; rank: Rank }[], rules: Rules, connection = idle): number[] {
  let current = connection;
  return asked.flatMap(({ at, rank }) => {
    const { after, taken } = take(current, rules, rank, at);
    current = after;
    return taken.kind === 'go' ? [at + taken.afterMs] : [];
  });
}

function mostInAnyMinute(times: readonly number[]): number {
  const sorted = [...times].sort((one, other) => one - other);
  const counts = sorted.map((from) => sorted.filter((at) => at >= from && at < from + aMinute).length);
  return Math.max(0, ...counts);
}

const moments = fc
  .array(
    fc.record({
      gap: fc.oneof(fc.constant(0), fc.nat(400), fc.nat(90_000)),
      rank: fc.constantFrom<Rank>('message', 'note', 'pull'),
    }),
    { maxLength: 700 },
  )
  .map((gaps) => {
    let at = start;
    return gaps.map(({ gap, rank }) => {
      at += gap;
      return { at, rank };
    });
  });

describe("Loop's allowance of 300 requests a minute", () => {
  it('is never exceeded in any minute, whoever asks and whenever', () => {
    fc.assert(
      fc.property(moments, (asked) => {
        expect(mostInAnyMinute(departures(asked, loop))).toBeLessThanOrEqual(300);
      }),
      { numRuns: 200 },
    );
  });

  it('is used to at least 95 % while there is a backlog', () => {
    const asked = Array.from({ length: 20 * 600 }, (_, index) => ({
      at: start + index * 50,
      rank: 'message' as const,
    }));
    const times = departures(asked, loop).filter((at) => at < start + 10 * aMinute);
    expect(times.length / (10 * 300)).toBeGreaterThanOrEqual(0.95);
    expect(mostInAnyMinute(times)).toBeLessThanOrEqual(300);
  });

  it('lets the first request of an idle connection go at once', () => {
    expect(take(idle, loop, 'message', start).taken).toEqual({ kind: 'go', afterMs: 0 });
  });

  it('is for outcomes before notes, and for notes before pulls', () => {
    let connection: Connection = idle;
    const ask = (rank: Rank) => {
      const { after, taken } = take(connection, loop, rank, start);
      connection = after;
      return taken.kind;
    };
    const takeAll = (rank: Rank) => {
      while (ask(rank) === 'go');
    };
    takeAll('pull');
    expect(ask('note')).toBe('go');
    expect(ask('pull')).toBe('full');
    takeAll('note');
    expect(ask('message')).toBe('go');
    expect(ask('note')).toBe('full');
    takeAll('message');
    expect(ask('message')).toBe('full');
  });
});

describe('a vendor that limits requests', () => {
  it('is left alone for as long as it says, and its key is not blamed', () => {
    const after = learn(idle, loop, limited(30_000), start);
    expect(after.pause).toMatchObject({ kind: 'limited', until: start + 30_000 });
    expect(take(after, loop, 'message', start + 29_999).taken.kind).toBe('paused');
    expect(take(after, loop, 'message', start + 30_000).taken.kind).toBe('go');
  });

  it('gets longer pauses where it does not say, and none again once it takes requests', () => {
    let connection: Connection = idle;
    let now = start;
    const pauses = Array.from({ length: 8 }, () => {
      connection = learn(connection, masonhub, limited(null), now);
      const until = connection.pause?.until ?? now;
      const length = until - now;
      now = until;
      return length;
    });
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    expect(learn(connection, masonhub, worked, now).pause).toBeNull();
  });

  it('gets requests further apart from then on, and nearer again bit by bit', () => {
    let connection = learn(idle, masonhub, limited(0), start);
    expect(connection.spacingMs).toBe(100);
    connection = learn(connection, masonhub, limited(0), start);
    expect(connection.spacingMs).toBe(200);
    for (let times = 0; times < 100; times += 1) connection = learn(connection, masonhub, worked, start);
    expect(connection).toMatchObject({ spacingMs: 0, pause: null });
  });

  it('counts requests that left together as one strike, and heeds the longest of their pauses', () => {
    const once = learn(idle, loop, limited(1_000), start);
    const twice = learn(once, loop, limited(5_000), start + 1);
    expect(twice.spacingMs).toBe(once.spacingMs);
    expect(twice.pause).toMatchObject({ strikes: 1, until: start + 5_001 });
    expect(learn(twice, loop, worked, start + 2)).toEqual(twice);
  });
});

describe('a vendor that refuses the key', () => {
  const paused = learn(idle, loop, refused, start);

  it('gets no request for a while', () => {
    expect(paused.pause).toMatchObject({ kind: 'refused', since: start, until: start + 15_000 });
    expect(take(paused, loop, 'message', start + 14_999).taken).toMatchObject({ kind: 'paused' });
  });

  it('is then asked by one request, while the others wait for its answer', () => {
    const first = take(paused, loop, 'message', start + 15_000);
    expect(first.taken.kind).toBe('go');
    expect(take(first.after, loop, 'message', start + 15_001).taken.kind).toBe('paused');
    const open = learn(first.after, loop, worked, start + 15_002);
    expect(open.pause).toBeNull();
    expect(take(open, loop, 'message', start + 15_003).taken.kind).toBe('go');
  });

  it('is asked less and less often, and every five minutes at last', () => {
    let connection: Connection = idle;
    let now = start;
    const pauses = Array.from({ length: 7 }, () => {
      connection = learn(take(connection, loop, 'message', now).after, loop, refused, now);
      const length = (connection.pause?.until ?? now) - now;
      now += length;
      return length / 1_000;
    });
    expect(pauses).toEqual([15, 30, 60, 120, 240, 300, 300]);
    expect(connection.pause?.since).toBe(start);
  });

  it('is asked by another where the one that was to find out has died', () => {
    const first = take(paused, loop, 'message', start + 15_000).after;
    const later = first.pause?.until ?? Number.NaN;
    expect(take(first, loop, 'message', later).taken.kind).toBe('go');
  });

  it('is asked again soon where the one that was to find out got no clear answer', () => {
    const first = take(paused, loop, 'message', start + 15_000).after;
    const unclear = learn(first, loop, { kind: 'unclear' }, start + 16_000);
    expect(unclear.pause).toMatchObject({ kind: 'refused', until: start + 31_000, strikes: 1 });
    expect(take(unclear, loop, 'message', start + 31_000).taken.kind).toBe('go');
  });

  it('is asked by another at once where the one that was to find out was not sent', () => {
    const first = take(paused, loop, 'message', start + 15_000).after;
    const withdrawn = learn(first, loop, { kind: 'withdrawn' }, start + 15_100);
    expect(withdrawn.pause).toMatchObject({ kind: 'refused', since: start, strikes: 1 });
    const next = take(withdrawn, loop, 'message', start + 15_100);
    expect(next.taken.kind).toBe('go');
    expect(take(next.after, loop, 'message', start + 15_101).taken.kind).toBe('paused');
  });

  it('is left alone as before where another request was not sent', () => {
    expect(learn(paused, loop, { kind: 'withdrawn' }, start + 10)).toEqual(paused);
    expect(learn(idle, loop, { kind: 'withdrawn' }, start)).toEqual(idle);
  });

  it('counts requests that left together as one strike', () => {
    expect(learn(paused, loop, refused, start + 10)).toEqual(paused);
  });
});
