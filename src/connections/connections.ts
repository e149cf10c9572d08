import { setTimeout as delay } from 'node:timers/promises';
import type { Transaction } from 'kysely';
import type { Logger } from 'pino';
import type { Database } from '../database/connect.ts';
import { type Bounds, groupCommit } from '../database/group-commit.ts';
import type { Tables } from '../database/tables.ts';
import type { CallResult, MakeCall, Withheld } from '../outbound/call.ts';
import { isKeyRefusal, keyRefused } from '../outbound/failure.ts';
import { vendorTerms } from '../vendor-terms/vendors.ts';
import {
  begunPause,
  type Connection,
  learn,
  type Pause,
  type Rank,
  type Rules,
  type Sign,
  type Taken,
  take,
} from './connection.ts';
import { type ConnectionKey, changeConnection, readConnection } from './store.ts';

/** Every request to a vendor goes through here: in its turn, and not at all while the connection is paused. */
export interface Connections {
  /**
   * Makes requests of a rank on a merchant's connection to a vendor.
   * @param beforeSending is asked when a request's turn has come, right before its bytes leave; where it says
   * no, nothing is sent
   */
  callAs(key: ConnectionKey, rank: Rank, beforeSending?: () => Promise<boolean>): MakeCall;
  /** Waits while a connection is paused; false where `stopping` was quicker. */
  untilOpen(key: ConnectionKey, stopping: AbortSignal): Promise<boolean>;
}

export interface ConnectionOptions {
  readonly db: Database;
  /** Makes a request on a merchant's connection at once. */
  readonly callOf: (key: ConnectionKey) => MakeCall;
  readonly log: Logger;
  /** Commits word of a pause that a person should know of together with it: once, not for each further one. */
  readonly alertPaused: (trx: Transaction<Tables>, key: ConnectionKey, why: string) => Promise<void>;
  /** How many requests Loop takes in a minute for each key. */
  readonly loopRequestsPerMinute: number;
  /** How long the first pause is after a vendor refused the key. */
  readonly refusedPauseMs: number;
}

/** A turn, and whether the connection had no trouble to recover from. */
interface Turn {
  readonly taken: Taken;
  readonly isFree: boolean;
}

/** How often a waiting request, or a waiting worker, looks again. */
const lookAgainMs = 500;
/** How long a pull waits for a moment in which nobody else needs the connection. */
const pullPatienceMs = 300_000;
const bounds: Bounds = {
  largest: 100,
  mostWaiting: 10_000,
  longestWaitMs: 30_000,
  clock: () => performance.now(),
};

export function openConnections(options: ConnectionOptions): Connections {
  const { db } = options;
  const rulesOf = ({ vendor }: ConnectionKey): Rules => ({
    refusedPauseMs: options.refusedPauseMs,
    // MasonHub enforces a limit and does not publish it: it is learned from its 429s.
    requestsPerMinute: vendor === 'loop' ? options.loopRequestsPerMinute : null,
  });
  const turns = new Map<string, (rank: Rank) => Promise<Turn>>();

  /** Those that ask at the same moment share one lock of the row. */
  function turnsOf(key: ConnectionKey): (rank: Rank) => Promise<Turn> {
    const name = `${key.vendor}/${key.merchant}`;
    const known = turns.get(name);
    if (known !== undefined) return known;
    const made = groupCommit<Rank, Turn>((ranks) => takeTurns(db, key, rulesOf(key), ranks), bounds);
    turns.set(name, made);
    return made;
  }

  return {
    callAs: (key, rank, beforeSending) => async (call) => {
      const turn = await waitForTurn(() => turnsOf(key)(rank), rank, key);
      if (turn.kind === 'withheld') return turn;
      const giveBack = () => (turn.isFree ? undefined : giveTurnBack(db, key, rulesOf(key)));
      if (beforeSending !== undefined && !(await isStillToBeSent(beforeSending, giveBack))) {
        return { kind: 'withheld', why: 'The request was withdrawn before it was sent' };
      }
      const answer = await options.callOf(key)(call);
      const sign = signOf(key, rank, answer);
      const isExpected = sign.kind === 'worked' || sign.kind === 'unclear';
      if (!(isExpected && turn.isFree)) await note(options, key, rulesOf(key), sign);
      return answer;
    },
    untilOpen: async (key, stopping) => {
      while (!stopping.aborted) {
        const { connection, now } = await readConnection(db, key);
        if (connection.pause === null || connection.pause.until <= now) return true;
        await delay(Math.min(lookAgainMs * 2, connection.pause.until - now), undefined, {
          signal: stopping,
        }).catch(() => undefined);
      }
      return false;
    },
  };
}

async function takeTurns(
  db: Database,
  key: ConnectionKey,
  rules: Rules,
  ranks: readonly Rank[],
): Promise<Turn[]> {
  if (rules.requestsPerMinute === null) {
    const { connection } = await readConnection(db, key);
    // Nothing has to be written down for a vendor that does not limit requests.
    if (isFree(connection)) return ranks.map(() => ({ taken: { kind: 'go', afterMs: 0 }, isFree: true }));
  }
  return changeConnection(db, key, (connection, now) => {
    let after = connection;
    const result = ranks.map((rank) => {
      const one = take(after, rules, rank, now);
      after = one.after;
      return { taken: one.taken, isFree: isFree(connection) };
    });
    return { after, result };
  });
}

function isFree({ pause, spacingMs }: Connection): boolean {
  return pause === null && spacingMs === 0;
}

/** Resolves once the request may leave, or is held back. */
async function waitForTurn(
  takeTurn: () => Promise<Turn>,
  rank: Rank,
  key: ConnectionKey,
): Promise<{ kind: 'go'; isFree: boolean } | Withheld> {
  const looks = rank === 'pull' ? pullPatienceMs / lookAgainMs : 1;
  for (let look = 0; look < looks; look += 1) {
    const { taken, isFree } = await takeTurn();
    switch (taken.kind) {
      case 'go':
        if (taken.afterMs > 0) await delay(taken.afterMs);
        return { kind: 'go', isFree };
      case 'paused':
        return { kind: 'withheld', why: whyPaused(key, taken.pause) };
      case 'full':
        if (look + 1 < looks) await delay(lookAgainMs);
    }
  }
  return {
    kind: 'withheld',
    why: `The allowance of requests to ${vendorTerms[key.vendor].name} is used up for the moment`,
  };
}

/** Gives the turn back also where it cannot be found out: it may be the one for which all others wait. */
async function isStillToBeSent(
  beforeSending: () => Promise<boolean>,
  giveBack: () => Promise<void> | undefined,
): Promise<boolean> {
  let mayBeSent = false;
  try {
    mayBeSent = await beforeSending();
  } finally {
    if (!mayBeSent) await giveBack();
  }
  return mayBeSent;
}

async function giveTurnBack(db: Database, key: ConnectionKey, rules: Rules): Promise<void> {
  await changeConnection(db, key, (connection, now) => ({
    after: learn(connection, rules, { kind: 'withdrawn' }, now),
    result: null,
  }));
}

function whyPaused(key: ConnectionKey, pause: Pause): string {
  const until = new Date(pause.until).toISOString();
  return `Nothing is sent to ${vendorTerms[key.vendor].name} before ${until}: ${pause.why}`;
}

/** What an answer says about the connection itself. */
function signOf({ vendor }: ConnectionKey, rank: Rank, answer: CallResult): Sign {
  if (answer.kind !== 'answer') return { kind: 'unclear' };
  const { status, retryAfterMs } = answer;
  const { name, keySetting } = vendorTerms[vendor];
  // A key without the permission for something extra is still good for everything else.
  const isRefusal = isKeyRefusal(status) && !(status === 403 && rank === 'extra');
  if (isRefusal) return { kind: 'refused', why: keyRefused(name, keySetting, status) };
  if (status === 429 || (status >= 400 && retryAfterMs !== null)) {
    return { kind: 'limited', why: `${name} asked for fewer requests (${status})`, retryAfterMs };
  }
  return { kind: status < 500 ? 'worked' : 'unclear' };
}

/** Writes down what was learned, and says aloud that a connection is paused or works again. */
async function note(
  { db, log, alertPaused }: ConnectionOptions,
  key: ConnectionKey,
  rules: Rules,
  sign: Sign,
): Promise<void> {
  const { before, after } = await changeConnection(
    db,
    key,
    (connection, now) => {
      const changed = learn(connection, rules, sign, now);
      return { after: changed, result: { before: connection, after: changed } };
    },
    async (trx, change) => {
      const begun = begunPause(change.before.pause, change.after.pause);
      if (begun !== null) await alertPaused(trx, key, begun.why);
    },
  );
  const line = { merchant: key.merchant, vendor: key.vendor };
  const { pause } = after;
  if (pause !== null && pause.until !== before.pause?.until) {
    const { kind, why, strikes } = pause;
    const until = new Date(pause.until);
    log[kind === 'refused' ? 'error' : 'warn'](
      { ...line, kind, why, strikes, until },
      'a connection is paused',
    );
  }
  if (pause === null && before.pause !== null) log.info(line, 'a connection works again');
}
