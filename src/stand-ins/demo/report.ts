import {
  cut,
  type Paint,
  row,
  type ScreenColumn,
  type Style,
  spread,
  WIDTH,
  wrap,
} from '../../setup/screen.ts';
import type { ReceivedLine, StandInRma } from '../masonhub/rmas.ts';
import type { End, Found } from './check.ts';
import type { TrailLine } from './lines.ts';

/** One return's end, for the table and the count. */
export interface Ending {
  readonly id: string;
  readonly end: End;
  readonly found: Found;
  readonly reason: string | null;
  /** Its RMA, then those that the warehouse made for its parcels without one. */
  readonly rmas: readonly StandInRma[];
  /** What is not as it should be. */
  readonly wrong: readonly string[];
}

const actorStyles: Record<TrailLine['actor'], Style> = {
  Loop: 'magenta',
  MasonHub: 'cyan',
  service: 'green',
  demo: 'dim',
};
const INDENT = 4;
const ACTOR = 10;
const LONGEST_LINE = 3;

/** A return's headline. */
export function headline(at: number, title: string, merchant: string, id: string, paint: Paint): string[] {
  const left = `${String(at).padStart(2)}  ${title}`;
  const right = `${merchant} ${id}`;
  return ['', paint('bold', left) + paint('dim', spread(left, right).slice(left.length))];
}

/** One thing that happened, its answer at the right end; at most three lines. */
export function trailLines({ actor, text, answer, trouble }: TrailLine, paint: Paint): string[] {
  const width = WIDTH - INDENT - ACTOR - (answer === null ? 0 : answer.length + 2);
  const [first = '', ...more] = cut(wrap(text, width), LONGEST_LINE, width);
  const right = answer === null ? '' : spread(first, answer, WIDTH - INDENT - ACTOR).slice(first.length);
  const answerStyle: Style = trouble ? 'yellow' : 'dim';
  const said = (part: string) => (trouble && answer === null ? paint('yellow', part) : part);
  const who = ' '.repeat(INDENT) + paint(actorStyles[actor], actor.padEnd(ACTOR));
  return [
    who + said(first) + paint(answerStyle, right),
    ...more.map((part) => ' '.repeat(INDENT + ACTOR) + said(part)),
  ];
}

/** How a return ended, and what is wrong with it. */
export function endLines({ found, wrong }: Pick<Ending, 'found' | 'wrong'>, paint: Paint): string[] {
  const mark = wrong.length === 0 ? paint('green', '✔') : paint('red', '✘');
  const explained = wrong.flatMap((text) => wrap(text, WIDTH - INDENT - 2));
  return [
    `${' '.repeat(INDENT)}${mark} ${paint('bold', found.status)}`,
    ...explained.map((text) => `${' '.repeat(INDENT + 2)}${paint('red', text)}`),
  ];
}

const columns: readonly ScreenColumn[] = [
  { title: '', width: 1 },
  { title: 'Return', width: 8 },
  { title: 'What came back', width: 22 },
  { title: 'Loop told', width: 12 },
  { title: 'Why', width: 29 },
];
const LONGEST_CELL = 4;

/** The table that says for every return what came back, what Loop was told, and why. */
export function table(endings: readonly Ending[], paint: Paint): string[] {
  const heads = columns.map(({ title }) => title);
  const rule = paint('dim', '─'.repeat(WIDTH));
  const rows = endings.map((ending) => {
    const good = ending.wrong.length === 0;
    const cells = [good ? '✔' : '✘', ending.id, cameBack(ending.rmas), told(ending.found), why(ending)];
    const [first = '', ...more] = row(columns, cells, LONGEST_CELL);
    return [paint(good ? 'green' : 'red', first.slice(0, 1)) + first.slice(1), ...more];
  });
  return ['', ...row(columns, heads, 1).map((line) => paint('bold', line)), rule, ...rows.flat(), rule];
}

function cameBack(rmas: readonly StandInRma[]): string {
  const lines = rmas.flatMap(({ received }) => received ?? []);
  if (lines.length === 0) return 'nothing';
  const bySku = Map.groupBy(lines, ({ sku }) => sku);
  return [...bySku].flatMap(([sku, all]) => unitsOf(sku, all)).join(', ');
}

/** Units in good condition need no word for it. */
function unitsOf(sku: string, lines: readonly ReceivedLine[]): string[] {
  const units = lines
    .flatMap(({ details }) => Object.entries(details))
    .map(([status, entries]) => {
      const count = entries.reduce((sum, { quantity }) => sum + quantity, 0);
      return `${count} × ${sku}${status === 'available' ? '' : ` ${status}`}`;
    });
  return units.length === 0 ? [`no ${sku}`] : units;
}

function told({ refunds, flags, notes }: Found): string {
  const parts = [
    refunds > 0 ? times('refund', refunds) : '',
    flags > 0 ? times('flag', flags) : '',
    notes.length > 0 ? times('note', notes.length) : '',
  ];
  return parts.filter((part) => part !== '').join(', ') || 'nothing';
}

function times(what: string, count: number): string {
  return count === 1 ? what : `${count} ${what}s`;
}

function why({ reason, wrong }: Ending): string {
  return wrong.length > 0 ? wrong.join('; ') : (reason ?? '');
}

/** The last line or two: how many of each kind, and whether all is as it should be. */
export function summary(endings: readonly Ending[], seconds: number, paint: Paint): string[] {
  const names: Record<End['status'], string> = {
    processed: 'refunded',
    flagged: 'flagged',
    held: 'held',
    attention: 'for a person',
    cancelled: 'cancelled',
  };
  const counts = Object.entries(names).flatMap(([status, name]) => {
    const count = endings.filter(({ found }) => found.status === status).length;
    return count === 0 ? [] : [`${count} ${name}`];
  });
  const wrong = endings.filter((ending) => ending.wrong.length > 0).map(({ id }) => id);
  const verdict =
    wrong.length === 0 ? 'All as they should be.' : `NOT as they should be: ${wrong.join(', ')}.`;
  const text = `${endings.length} returns: ${counts.join(', ')}. ${verdict} ${seconds.toFixed(1)} s`;
  return wrap(text, WIDTH).map((line) =>
    paint(wrong.length === 0 ? ['bold', 'green'] : ['bold', 'red'], line),
  );
}
