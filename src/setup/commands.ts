import { parseArgs } from 'node:util';
import { ConfigurationError } from '../config/errors.ts';
import { nearest } from '../config/nearest.ts';
import { add } from './add.ts';
import { check } from './check.ts';
import { help } from './help.ts';
import { reasons } from './reasons.ts';
import { register } from './register.ts';
import type { Outside } from './terminal.ts';

/** The command line cannot be understood; the message says what is wrong with it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const options = {
  help: { type: 'boolean', short: 'h' },
  yes: { type: 'boolean' },
  'new-token': { type: 'boolean' },
  csv: { type: 'boolean' },
  days: { type: 'string' },
  account: { type: 'string' },
  prefix: { type: 'string' },
  refunds: { type: 'boolean' },
  destinations: { type: 'string' },
  'loop-url': { type: 'string' },
  'masonhub-url': { type: 'string' },
} as const;
type OptionName = keyof typeof options;

/** Which options each command takes, and whether it needs a merchant. */
const commands = {
  check: { takes: [], slug: 'optional' },
  register: { takes: ['yes', 'new-token'], slug: 'needed' },
  reasons: { takes: ['csv', 'days'], slug: 'needed' },
  add: {
    takes: ['yes', 'account', 'prefix', 'refunds', 'destinations', 'loop-url', 'masonhub-url'],
    slug: 'needed',
  },
} as const satisfies Record<string, { takes: readonly OptionName[]; slug: 'optional' | 'needed' }>;
type CommandName = keyof typeof commands;

/**
 * Runs one command.
 * @returns the exit status
 * @throws {ConfigurationError | UsageError} what a person has to mend first, in words for them
 */
export async function runCommand(args: readonly string[], outside: Outside): Promise<number> {
  const { values, positionals } = parse(args);
  const [word, slug, ...more] = positionals;
  if (values.help === true || word === undefined) {
    outside.output.write(help);
    return values.help === true ? 0 : 2;
  }
  const name = commandNamed(word);
  const { takes, slug: wanted }: { takes: readonly string[]; slug: string } = commands[name];
  const stray = Object.keys(values).find((option) => !takes.includes(option));
  if (stray !== undefined) throw new UsageError(`${name} takes no --${stray}. ${seeHelp}`);
  if (more.length > 0) throw new UsageError(`${name} takes one merchant at a time. ${seeHelp}`);
  if (slug === undefined && wanted === 'needed') {
    throw new UsageError(`${name} needs a merchant's slug: npm run merchants -- ${name} acme`);
  }
  return run(name, slug ?? null, values, outside);
}

type Values = ReturnType<typeof parse>['values'];

function run(name: CommandName, slug: string | null, values: Values, outside: Outside): Promise<number> {
  if (slug === null) return check(outside, null);
  switch (name) {
    case 'check':
      return check(outside, slug);
    case 'register':
      return register(outside, slug, {
        yes: values.yes ?? false,
        newToken: values['new-token'] ?? false,
      });
    case 'reasons':
      return reasons(outside, slug, { csv: values.csv ?? false, days: daysFrom(values.days) });
    case 'add':
      return add(outside, slug, {
        yes: values.yes ?? false,
        account: values.account ?? null,
        prefix: values.prefix ?? null,
        refunds: values.refunds ?? null,
        destinations: values.destinations === undefined ? null : idsFrom(values.destinations),
        loopUrl: values['loop-url'] ?? null,
        masonhubUrl: values['masonhub-url'] ?? null,
      });
  }
}

const seeHelp = 'See npm run merchants -- --help';

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, allowNegative: true });
  } catch (error) {
    const unknown = /Unknown option '(--?[\w-]+)/.exec(error instanceof Error ? error.message : '')?.[1];
    if (unknown !== undefined) {
      const near = nearest(unknown.replace(/^--?/, ''), Object.keys(options));
      throw new UsageError(`${unknown} is not an option; the nearest is --${near}. ${seeHelp}`);
    }
    if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
      throw new UsageError(`${error.message.split('\n', 1)[0]} ${seeHelp}`);
    }
    throw error;
  }
}

function commandNamed(word: string): CommandName {
  const names: CommandName[] = ['check', 'register', 'reasons', 'add'];
  const found = names.find((name) => name === word);
  if (found !== undefined) return found;
  throw new UsageError(`${word} is not a command; the nearest is ${nearest(word, names)}. ${seeHelp}`);
}

const usualDays = 30;
/** With the rest of the days that it begins and ends in, as many as Loop takes at once. */
const mostDays = 119;

function daysFrom(text: string | undefined): number {
  if (text === undefined) return usualDays;
  const days = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (days >= 1 && days <= mostDays) return days;
  throw new ConfigurationError([`--days: give a whole number of days from 1 to ${mostDays}.`]);
}

function idsFrom(text: string): string[] {
  const ids = text.split(',').map((id) => id.trim());
  if (ids.every((id) => /^[\w-]+$/.test(id))) return ids;
  throw new ConfigurationError(['--destinations: give ids with commas between, such as 1042,1043.']);
}
