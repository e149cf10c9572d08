import { stringify } from 'csv-stringify/sync';
import { aDayMs } from '../config/duration.ts';
import { readSettings } from '../config/environment.ts';
import { ConfigurationError } from '../config/errors.ts';
import { describeProblems } from '../config/merchants.ts';
import { guardFormula, REASONS_COLUMNS } from '../config/reasons-csv.ts';
import { count } from '../vendors/check-finding.ts';
import { type UsedReason, usedReasons } from '../vendors/loop/reason-usage.ts';
import { warehouseApi } from '../vendors/loop/warehouse-api.ts';
import { canAsk, findEntry, openMerchantsFile } from './entries.ts';
import { row, WIDTH } from './screen.ts';
import { type Outside, printable, terminalFor } from './terminal.ts';

export interface ReasonsOptions {
  readonly csv: boolean;
  /** How far back; 119 at most, as Loop takes no longer window. */
  readonly days: number;
}

/** `reasons <slug>`: the reasons that Loop's shoppers gave, how often, and the code that each goes out with. */
export async function reasons(
  outside: Outside,
  slug: string,
  { csv, days }: ReasonsOptions,
): Promise<number> {
  const { merchantsFile } = readSettings(outside.env);
  const opened = await openMerchantsFile(merchantsFile, outside.env);
  const entry = findEntry(opened, slug);
  const inSetup = opened.inSetup(entry);
  if (inSetup === null || !canAsk(inSetup, 'loop')) {
    throw new ConfigurationError(describeProblems(entry.problems, merchantsFile));
  }
  const { merchant } = inSetup;
  const to = outside.now();
  const window = { from: new Date(to.getTime() - days * aDayMs), to };
  const api = warehouseApi(merchant, outside.call);
  const used = await usedReasons(api, merchant.returnReasons, window, () => true);
  if (used.kind !== 'used') throw new ConfigurationError([`merchant ${slug}: ${used.why}.`]);
  if (csv) outside.output.write(reasonsCsv(used.reasons));
  else show(outside, slug, used.reasons, days);
  return 0;
}

/** For a spreadsheet: UTF-8 with a BOM, the rest as RFC 4180 has it. */
export function reasonsCsv(used: readonly UsedReason[]): string {
  const rows = used.map(({ reason, parent, items, code }) => [
    guardFormula(reason),
    guardFormula(parent ?? ''),
    String(items),
    code ?? '',
  ]);
  return stringify([[...REASONS_COLUMNS], ...rows], { bom: true, record_delimiter: '\r\n' });
}

const columns = [
  { title: 'Reason', width: 31 },
  { title: 'Parent reason', width: 23 },
  { title: 'Code', width: 15 },
];
const itemsWidth = 5;

function show(outside: Outside, slug: string, used: readonly UsedReason[], days: number): void {
  const { say, tell, paint } = terminalFor(outside);
  if (used.length === 0) {
    tell(`${slug}: no return of the last ${days} days has a reason.`);
    return;
  }
  const head = tableLines(
    'Items',
    columns.map(({ title }) => title),
  );
  const body = used.flatMap(({ reason, parent, items, code }) =>
    tableLines(String(items), [reason, parent ?? '', code ?? 'other, unmapped'].map(printable)),
  );
  const rule = '─'.repeat(WIDTH);
  say(...head.map((line) => paint('bold', line)), rule, ...body, rule);
  const items = used.reduce((sum, one) => sum + one.items, 0);
  const open = used.filter(({ code }) => code === null).length;
  const mapped = open === 0 ? 'all mapped' : `${open} unmapped`;
  tell(
    `${slug}: ${count(used.length, 'reason')} of ${count(items, 'item')} in the last ${days} days, ${mapped}.`,
  );
  if (open === 0) return;
  say('');
  tell(
    'What is unmapped goes out as other. To map it, write it under returnReasons in the merchants file. Or save a list, fill in its column code, and give its name there in place of the map:',
  );
  say('', `  npm run merchants --silent -- reasons ${slug} --csv > ${slug}-reasons.csv`);
}

/** A row's lines, its number to the right of its column. */
function tableLines(number: string, cells: readonly string[]): string[] {
  return row(columns, cells, 3).map(
    (line, at) => `${(at === 0 ? number : '').padStart(itemsWidth)}  ${line}`,
  );
}
