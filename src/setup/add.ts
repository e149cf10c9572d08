import { readSettings } from '../config/environment.ts';
import { ConfigurationError } from '../config/errors.ts';
import { nameOf } from '../config/merchants-problems.ts';
import { LOOP_API_URL } from '../config/merchants-schema.ts';
import { readVariable } from '../config/variables.ts';
import { readWebAddress } from '../config/web-address.ts';
import { parseYaml } from '../config/yaml-file.ts';
import { webhooksApi } from '../vendors/loop/webhooks-api.ts';
import { canPrompt, confirm, several, text } from './ask.ts';
import { whereFrom } from './check.ts';
import { type NewEntry, prefixFor, variablesOf, withEntry } from './entry.ts';
import { type EditedFile, readIfThere, writeWhole } from './files.ts';
import { WIDTH, wrap } from './screen.ts';
import { type Outside, printable, terminalFor } from './terminal.ts';

/** What was given on the command line; null where it was not. */
export interface AddOptions {
  readonly account: string | null;
  readonly prefix: string | null;
  readonly refunds: boolean | null;
  readonly destinations: readonly string[] | null;
  readonly loopUrl: string | null;
  readonly masonhubUrl: string | null;
  /** Asks nothing: what was not given has its proposal. */
  readonly yes: boolean;
}

const slugPattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const accountPattern = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const prefixPattern = /^[A-Z_][A-Z0-9_]*$/;

/**
 * `add <slug>`: asks what a merchant's entry needs and writes it into the merchants file.
 * @returns 0 if it is there now, 2 if nobody could be asked
 */
export async function add(outside: Outside, slug: string, options: AddOptions): Promise<number> {
  const { merchantsFile } = readSettings(outside.env);
  checkGiven(slug, options);
  const file = { path: merchantsFile, name: 'merchants file', setting: 'MERCHANTS_FILE' };
  // Said before any question: whether there is a place for the entry does not hang on the answers.
  withEntry(await readValid(file), proposalFor(slug, options), merchantsFile);
  const { tell } = terminalFor(outside);
  if (!options.yes && !canPrompt(outside)) {
    tell(
      'Nothing has been changed: there is no terminal to ask on. Give the answers as options, and add --yes; --help lists them.',
    );
    return 2;
  }
  const entry = options.yes ? proposalFor(slug, options) : await ask(outside, slug, options);
  // Read once more: what somebody else has written while the questions waited stays.
  const before = await readValid(file);
  await writeWhole(file, withEntry(before, entry, merchantsFile), before !== null, null);
  showNext(outside, entry, merchantsFile);
  return 0;
}

async function readValid(file: EditedFile): Promise<string | null> {
  const text = await readIfThere(file);
  if (text !== null) parseYaml(text, file.path, nameOf);
  return text;
}

function proposalFor(slug: string, options: AddOptions): NewEntry {
  return {
    slug,
    account: options.account ?? slug,
    prefix: options.prefix ?? prefixFor(slug),
    refunds: options.refunds ?? false,
    destinations: options.destinations ?? [],
    loopUrl: options.loopUrl,
    masonhubUrl: options.masonhubUrl,
  };
}

async function ask(outside: Outside, slug: string, options: AddOptions): Promise<NewEntry> {
  const proposal = proposalFor(slug, options);
  const account =
    options.account ?? (await text(outside, "MasonHub's account, as in its address?", slug, accountProblem));
  const prefix =
    options.prefix ??
    (await text(
      outside,
      'Secrets stay in environment variables. Their names begin with?',
      proposal.prefix,
      prefixProblem,
    ));
  const destinations = options.destinations ?? (await askDestinations(outside, prefix, options.loopUrl));
  const refunds =
    options.refunds ??
    (await confirm(outside, 'Send refund messages? Without them you can watch and compare first.', false));
  return { ...proposal, account, prefix, destinations, refunds };
}

/** Loop is asked where its key is known already. One that does not answer is no obstacle. */
async function askDestinations(
  outside: Outside,
  prefix: string,
  loopUrl: string | null,
): Promise<readonly string[]> {
  const apiKey = readVariable(outside.env, variablesOf(prefix)['loop.apiKey'] ?? '');
  if (apiKey.kind !== 'value') return [];
  const api = webhooksApi({ apiUrl: loopUrl ?? LOOP_API_URL, apiKey: apiKey.value }, outside.call);
  const answer = await api.destinations();
  if (answer.kind !== 'destinations' || answer.destinations.length === 0) return [];
  const choices = answer.destinations.map(({ id, name }) => ({
    value: id,
    label: printable(`${id} ${name ?? ''}`).trim(),
  }));
  return several(outside, 'Which Loop destinations go to MasonHub? None chosen: all returns do.', choices);
}

/** @throws {ConfigurationError} naming every argument that cannot be used */
function checkGiven(slug: string, options: AddOptions): void {
  const url = (address: string | null) => {
    const reading = address === null ? {} : readWebAddress(address, ['http:', 'https:']);
    return 'problem' in reading ? `${reading.problem}. Give the API's http or https address.` : null;
  };
  const problems = [
    slugPattern.test(slug)
      ? null
      : "the slug: is not a slug. Use 1 to 63 of a-z, 0-9 and '-', with no '-' at either end.",
    options.account === null ? null : label('--account', accountProblem(options.account)),
    options.prefix === null ? null : label('--prefix', prefixProblem(options.prefix)),
    label('--loop-url', url(options.loopUrl)),
    label('--masonhub-url', url(options.masonhubUrl)),
  ].filter((problem) => problem !== null);
  if (problems.length > 0) throw new ConfigurationError(problems);
}

function label(name: string, problem: string | null): string | null {
  return problem === null ? null : `${name}: ${problem}`;
}

function accountProblem(account: string): string | null {
  return accountPattern.test(account)
    ? null
    : "it is not an account: letters, digits, '.', '_' and '-'. Write it as in MasonHub's address.";
}

/** The answer is not repeated: somebody may have pasted a secret. */
function prefixProblem(prefix: string): string | null {
  return prefixPattern.test(prefix) && prefix.length <= 40
    ? null
    : 'names of variables are A-Z, 0-9 and _. Give what they begin with, such as ACME; no secret.';
}

/** What was written, and what a person does next. */
function showNext(outside: Outside, { slug, prefix, refunds }: NewEntry, file: string): void {
  const { say, tell, paint } = terminalFor(outside);
  say('');
  tell(`${slug} is in ${file}, with refund messages ${refunds ? 'on' : 'off'}.`);
  const unset = Object.entries(variablesOf(prefix)).filter(
    ([, name]) => readVariable(outside.env, name).kind === 'none',
  );
  if (unset.length > 0) {
    say('');
    tell('Set these environment variables, where the service gets its own:');
    for (const [field, name] of unset) {
      say(`  ${paint('bold', name)}`);
      say(...wrap(whereFrom[field] ?? field, WIDTH - 6).map((line) => `      ${line}`));
    }
  }
  say('', 'Then:', '', `  ${paint('bold', `npm run merchants -- register ${slug}`)}`);
}
