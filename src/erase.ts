import { parseArgs } from 'node:util';
import { commandActor } from './command-actor.ts';
import { onDatabase } from './command-database.ts';
import { ConfigurationError } from './config/errors.ts';
import { openLog } from './log.ts';
import type { MeantReturns } from './returns-store/names.ts';
import { Cancelled, canPrompt, confirm } from './setup/ask.ts';
import { type Erasure, eraseReturns } from './steps/erase.ts';
import { vendors } from './vendors.ts';

/**
 * The command line that erases what may be personal of a return before its time:
 * `npm run erase -- --merchant acme --return 99904598`. It ends with 0 where that is done, 1 where there is nothing
 * of such a return, and 2 where it was used wrongly or nobody could be asked.
 */
const usage =
  "Write: npm run erase -- --merchant acme --return 99904598 (or --order '#90507') [--dry-run] [--yes]";

class UsageError extends Error {}

interface Wanted {
  readonly merchant: string;
  readonly meant: MeantReturns;
  readonly isDryRun: boolean;
  readonly isAgreed: boolean;
}

try {
  const wanted = readArguments();
  if (wanted === 'help') console.log(usage);
  else await run(wanted);
} catch (error) {
  const isTold =
    error instanceof ConfigurationError || error instanceof Cancelled || error instanceof UsageError;
  console.error(isTold ? error.message : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

async function run({ merchant, meant, isDryRun, isAgreed }: Wanted): Promise<void> {
  await onDatabase(process.env, openLog('warn'), async (db) => {
    const parts = { db, vendors, now: () => new Date(), actor: commandActor() };
    const plan = await eraseReturns(parts, merchant, meant, 'look');
    if (plan.returns.length === 0 && plan.bodies + plan.calls + plan.waiting + plan.unread === 0) {
      throw new ConfigurationError([
        `There is nothing of such a return of ${merchant}. Nothing was changed.`,
      ]);
    }
    console.log(describe(plan, 'would go'));
    if (isDryRun || plan.bodies + plan.calls === 0) return;
    if (!isAgreed && !canPrompt({ input: process.stdin, output: process.stdout })) {
      console.error('Nothing was changed: there is no terminal to ask on. Add --yes.');
      process.exitCode = 2;
      return;
    }
    const question = 'Erase them? They do not come back.';
    if (!isAgreed && !(await confirm({ input: process.stdin, output: process.stdout }, question, false))) {
      console.log('Nothing was changed.');
      return;
    }
    console.log(describe(await eraseReturns(parts, merchant, meant, 'erase'), 'are gone'));
  });
}

function describe({ returns, bodies, shared, calls, waiting, unread }: Erasure, what: string): string {
  const lines = [
    `Returns: ${returns.join(', ') || 'none is known, but something tells of it'}`,
    `Raw deliveries that ${what}: ${bodies}${shared > 0 ? `, ${shared} of which tell of other returns too` : ''}`,
    `Calls to vendors that ${what}: ${calls}`,
    ...(waiting > 0 ? [`Deliveries that stay until they are applied: ${waiting}. Run this again then.`] : []),
    ...(unread > 0
      ? [`Deliveries that stay, as another message in them was not understood and may be replayed: ${unread}`]
      : []),
  ];
  return lines.join('\n');
}

function readArguments(): Wanted | 'help' {
  const { merchant, return: loopReturnId, order, ...flags } = parsed();
  if (flags.help) return 'help';
  const meant: MeantReturns[] = [
    ...(loopReturnId === undefined ? [] : [{ loopReturnId }]),
    ...(order === undefined ? [] : [{ orderName: order }]),
  ];
  const [first, ...more] = meant;
  const isWhole = [merchant, loopReturnId, order].every((value) => value?.trim() !== '');
  if (merchant === undefined || first === undefined || more.length > 0 || !isWhole) {
    throw new UsageError(usage);
  }
  return { merchant, meant: first, isDryRun: flags['dry-run'] ?? false, isAgreed: flags.yes ?? false };
}

function parsed() {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    const help = { ...flag, short: 'h' } as const;
    const options = { merchant: text, return: text, order: text, 'dry-run': flag, yes: flag, help };
    return parseArgs({ options }).values;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${problem}\n${usage}`);
  }
}
