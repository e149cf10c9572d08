import { readSettings } from '../config/environment.ts';
import type { Entry } from '../config/merchants.ts';
import { sharingShop } from '../config/shared-shops.ts';
import { type CheckFinding, count } from '../vendors/check-finding.ts';
import { checkLoop } from '../vendors/loop/check.ts';
import { checkMasonHub } from '../vendors/masonhub/check.ts';
import { receiptsFinding } from './check-receipts.ts';
import { canAsk, findEntry, type MerchantInSetup, type OpenedFile, openMerchantsFile } from './entries.ts';
import { findingLines, type Outside, terminalFor } from './terminal.ts';

/**
 * `check [slug]`: looks at the file, the environment and both vendors, and changes nothing.
 * @returns 1 if anything is wrong
 */
export async function check(outside: Outside, slug: string | null): Promise<number> {
  const { publicUrl, merchantsFile } = readSettings(outside.env);
  const opened = await openMerchantsFile(merchantsFile, outside.env);
  const entries = slug === null ? opened.entries.entries : [findEntry(opened, slug)];
  const { say, tell } = terminalFor(outside);
  for (const { line, text } of opened.entries.problems) tell(`✗ ${merchantsFile}:${line}: ${text}`);
  const trouble = new Map<string, number>();
  for (const entry of entries) {
    say('', ...(await checkAndShow(outside, opened, entry, publicUrl, trouble)));
  }
  say('');
  const bad = [...trouble].filter(([, problems]) => problems > 0);
  const isGood = bad.length === 0 && opened.entries.problems.length === 0;
  if (entries.length === 0 && isGood) tell(`${merchantsFile} has no merchants. ${addOne}`);
  else if (isGood) tell(`${count(entries.length, 'merchant')}, ready.`);
  else {
    const each = bad.map(([name, problems]) => `${name} has ${count(problems, 'problem')}`);
    tell(`${each.join(', ')}${each.length === 0 ? 'The file has problems' : ''}.`);
  }
  return isGood ? 0 : 1;
}

const addOne = 'To add one: npm run merchants -- add <slug>';

/** Looks at one merchant. */
export async function checkMerchant(
  { call, now }: Pick<Outside, 'call' | 'now'>,
  opened: OpenedFile,
  entry: Entry,
  publicUrl: string | null,
): Promise<CheckFinding[]> {
  const inSetup = opened.inSetup(entry);
  if (inSetup === null) {
    return [
      ...entry.problems.map(
        ({ file, line, text }): CheckFinding => ({
          mark: 'bad',
          title: 'Merchants file',
          text: `${file ?? opened.file}:${line}: ${text.replace(`merchant ${entry.slug}: `, '')}`,
        }),
      ),
      { mark: 'skipped', title: 'Loop and MasonHub', text: 'not asked until the file is right' },
    ];
  }
  const loop = canAsk(inSetup, 'loop')
    ? checkLoop(inSetup.merchant, publicUrl, call, now())
    : [notAsked('Loop')];
  const masonhub = canAsk(inSetup, 'masonhub')
    ? checkMasonHub(inSetup.merchant, publicUrl, call)
    : [notAsked('MasonHub')];
  return [
    { mark: 'good', title: 'Merchants file', text: opened.file },
    ...sharedShopFindings(opened, inSetup),
    receiptsFinding(inSetup),
    ...environmentFindings(inSetup),
    ...(await loop),
    ...(await masonhub),
  ];
}

function sharedShopFindings(opened: OpenedFile, { merchant, unset }: MerchantInSetup): CheckFinding[] {
  if (unset.some(({ field }) => field.startsWith('loop.'))) return [];
  const others = opened.entries.entries.flatMap((entry) => entry.merchant ?? []);
  return sharingShop(merchant, others).map((slug) => ({
    mark: 'bad',
    title: "Loop's shop",
    text: `${slug} has the same one, and both take the same returns: each would ask for a refund.`,
    fix: 'Give each loop.destinations of its own, or take one of the two out of the file.',
  }));
}

function environmentFindings({ unset }: MerchantInSetup): CheckFinding[] {
  const title = 'Environment';
  if (unset.length === 0) return [{ mark: 'good', title, text: 'every variable of the entry is set' }];
  return unset.map(({ field, variable }) => ({
    mark: 'bad',
    title,
    text: `${variable} is not set.`,
    fix: `Set it to ${whereFrom[field] ?? `the value of ${field}`}`,
  }));
}

/** Where a person finds each secret. */
export const whereFrom: Readonly<Record<string, string>> = {
  'loop.apiKey':
    "the API key from Loop's admin, Developer tools, with the scopes Returns, Developer Tools and Destinations (Read).",
  'loop.webhookSecret': "the webhooks' secret from Loop's admin, Developer tools.",
  'masonhub.apiToken': 'the API token from MasonHub.',
  'masonhub.callbackToken':
    'a long random text that you make up and keep, such as the output of: openssl rand -hex 32',
};

function notAsked(title: string): CheckFinding {
  return { mark: 'skipped', title, text: 'not asked until its variables are set' };
}

async function checkAndShow(
  outside: Outside,
  opened: OpenedFile,
  entry: Entry,
  publicUrl: string | null,
  trouble: Map<string, number>,
): Promise<string[]> {
  const { paint } = terminalFor(outside);
  const findings = await checkMerchant(outside, opened, entry, publicUrl);
  trouble.set(entry.slug, findings.filter(({ mark }) => mark === 'bad').length);
  return [paint('bold', entry.slug), ...findings.flatMap((finding) => findingLines(finding, paint))];
}
