import { readSettings } from '../config/environment.ts';
import { ConfigurationError } from '../config/errors.ts';
import { describeProblems, type Merchant } from '../config/merchants.ts';
import { webhooksApi } from '../vendors/loop/webhooks-api.ts';
import { callbacksApi } from '../vendors/masonhub/callbacks-api.ts';
import { canPrompt, confirm } from './ask.ts';
import { checkMerchant } from './check.ts';
import { findEntry, type OpenedFile, openMerchantsFile } from './entries.ts';
import { type CarriedOut, carryOut } from './register-carry-out.ts';
import { type Apis, makePlan, type Plan, stepsOf } from './register-plan.ts';
import { planLines, secretWords } from './register-words.ts';
import { findingLines, type Outside, terminalFor } from './terminal.ts';

export interface RegisterOptions {
  /** Does it without asking. */
  readonly yes: boolean;
  /** Registers MasonHub's callback again, for a callback token that has changed. */
  readonly newToken: boolean;
}

/**
 * `register <slug>`: makes both vendors send their messages here. It shows what it will do and asks first.
 * @returns 0 if all is registered, 1 if something failed, 2 if nobody could be asked
 */
export async function register(outside: Outside, slug: string, options: RegisterOptions): Promise<number> {
  const { publicUrl, merchantsFile } = readSettings(outside.env);
  if (publicUrl === null) {
    throw new ConfigurationError([
      'PUBLIC_URL: it is not set. Set it to the https address that the vendors reach the service at, such as https://returns.example.com.',
    ]);
  }
  const opened = await openMerchantsFile(merchantsFile, outside.env);
  const { merchant, secret } = readMerchant(opened, slug);
  const apis = {
    loop: webhooksApi(merchant.loop, outside.call),
    masonhub: callbacksApi(merchant, outside.call),
  };
  const makeOne = () => makePlan(apis, merchant, publicUrl, secret === null, options.newToken);
  const done = await settle(outside, makeOne, apis, merchant, publicUrl, options.yes);
  if (typeof done === 'number') return done;

  const { say, tell, paint } = terminalFor(outside);
  const rest = await makePlan(apis, merchant, publicUrl, secret === null, false);
  // That a new token has arrived cannot be looked up: only MasonHub's answer says it.
  const isUnsure = options.newToken && !done.callbackIsRegistered;
  if (stepsOf(rest) > 0 || isUnsure) {
    tell(
      `✗ Asked again, the vendors do not show everything as it should be. Mend what failed above, then run this again; npm run merchants -- check ${slug} says what is missing.`,
    );
    return 1;
  }
  if (secret !== null) {
    say('', ...secretWords(slug, secret, paint));
    return 0;
  }
  return showReady(outside, opened, slug, publicUrl);
}

const secretField = 'loop.webhookSecret';

/**
 * The merchant, and the variable of Loop's secret where that is not set yet.
 * @throws {ConfigurationError} where anything else is missing or wrong
 */
function readMerchant(opened: OpenedFile, slug: string): { merchant: Merchant; secret: string | null } {
  const entry = findEntry(opened, slug);
  const inSetup = opened.inSetup(entry);
  const secrets = inSetup?.unset.filter(({ field }) => field === secretField) ?? [];
  const problems = entry.problems.filter(
    ({ path }) => inSetup === null || path.slice(2, 4).join('.') !== secretField,
  );
  if (inSetup === null || problems.length > 0) {
    throw new ConfigurationError(describeProblems(problems, opened.file));
  }
  const names = secrets.map(({ variable }) => variable).join(' and ');
  return { merchant: inSetup.merchant, secret: names === '' ? null : names };
}

/** The check of a merchant who has just been registered. */
async function showReady(
  outside: Outside,
  opened: OpenedFile,
  slug: string,
  publicUrl: string,
): Promise<number> {
  const { say, tell, paint } = terminalFor(outside);
  const findings = await checkMerchant(outside, opened, findEntry(opened, slug), publicUrl);
  say('', paint('bold', slug), ...findings.flatMap((finding) => findingLines(finding, paint)), '');
  const isReady = findings.every(({ mark }) => mark !== 'bad');
  tell(
    isReady
      ? `${slug} is ready. A service that runs, and has the entry's variables in its environment, takes it up within some seconds; else start it, or start it again. Then it fetches what came in before.`
      : `${slug} is registered, but not ready: see ✗ above.`,
  );
  return isReady ? 0 : 1;
}

/**
 * Shows the plan, asks, and does it.
 * @returns the exit status where nothing is to be done after all
 */
async function settle(
  outside: Outside,
  makeOne: () => Promise<Plan>,
  apis: Apis,
  merchant: Merchant,
  publicUrl: string,
  yes: boolean,
): Promise<CarriedOut | number> {
  const { say, tell, paint } = terminalFor(outside);
  const plan = await makeOne();
  say(...planLines(plan, merchant.slug, publicUrl, paint));
  if (stepsOf(plan) === 0) return { callbackIsRegistered: true };
  if (!yes && !canPrompt(outside)) {
    say('');
    tell('Nothing has been changed: there is no terminal to ask on. To do it without asking, add --yes.');
    return 2;
  }
  if (!yes && !(await confirm(outside, 'Do it?', true))) {
    tell('Nothing has been changed.');
    return 1;
  }
  say('');
  // Loop takes the same webhook twice. What a colleague has created while the question waited is not created again.
  const current = yes ? plan : await makeOne();
  return carryOut(current, apis, merchant, publicUrl, (line) => tell(line, '  '));
}
