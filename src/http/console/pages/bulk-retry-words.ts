import type { BulkRetry, BulkRetryItemState, BulkRetryState } from '../../../bulk-retries/bulk-retry.ts';
import { dateWords, decisionKindWords, differenceWords, stageWords } from '../list-words.ts';
import { statusWords } from '../status-words.ts';

/** What became of a return, as people read it. */
export const answerWords: Readonly<Record<BulkRetryItemState, string>> = {
  waiting: 'waits for its turn',
  retried: 'retried',
  'needs-a-look': 'a person has to look at this one: retry it by itself',
  'nothing-failed': 'nothing had failed by then',
  unknown: 'there is no such return any more',
  'no-merchant': 'not retried: its merchant has left the merchants file',
  failed: 'could not be retried: a defect, which the log tells of',
  stopped: 'left as it is: stopped before its turn',
};

export const stateWords: Readonly<Record<BulkRetryState, string>> = {
  running: 'running',
  stopping: 'is being stopped',
  done: 'done',
  stopped: 'stopped',
};

/** As the filters of a list are called. */
const names: Readonly<Record<string, string>> = {
  q: 'beginning with',
  cause: 'cause:',
  decision: 'decided:',
  overdue: 'waiting too long:',
  differs: 'ended otherwise in Loop:',
};
const valueWords: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  status: statusWords,
  decision: decisionKindWords,
  overdue: stageWords,
  differs: differenceWords,
  dated: dateWords,
};

/** What returns were chosen by, a part each, in the words of the lists. */
export function chosenWords(asked: BulkRetry['asked']): string[] {
  return Object.entries(asked).map(
    ([name, value]) => `${names[name] ?? name} ${valueWords[name]?.[value] ?? value}`,
  );
}

/** Such as `1 return` or `12 returns`. */
export function countOfReturns(count: number): string {
  return count === 1 ? '1 return' : `${count.toLocaleString('en-US')} returns`;
}

/** About how long that many seconds are. */
export function aboutSeconds(seconds: number): string {
  if (seconds < 60) return 'less than a minute';
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? 'about a minute' : `about ${minutes} minutes`;
}
