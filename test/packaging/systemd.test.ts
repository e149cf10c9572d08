import { expect, test } from 'vitest';
import { z } from 'zod';
import { fileText } from '../support/pages.ts';

/** `systemd-analyze` is not everywhere, so the unit is read here and held against what README.md says. */

type Section = Map<string, string[]>;

function parse(unit: string): Map<string, Section> {
  const sections = new Map<string, Section>();
  let section: Section = new Map();
  for (const line of unit.split('\n')) {
    const [, title] = /^\[(\w+)\]$/.exec(line) ?? [];
    const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (title !== undefined) {
      section = new Map();
      sections.set(title, section);
    } else if (name !== undefined && value !== undefined) {
      section.set(name, [...(section.get(name) ?? []), value]);
    } else if (line !== '' && !line.startsWith('#')) {
      throw new Error(`The line ${JSON.stringify(line)} is not understood.`);
    }
  }
  return sections;
}

const unit = parse(await fileText('src/packaging/masonhub-loop.service'));
const of = (name: string) => unit.get('Service')?.get(name) ?? [];
const environment = new Map(
  of('Environment')
    .flatMap((line) => line.split(' '))
    .map((pair): [string, string] => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
);

test('it starts what README.md says, with the environment that it says, as npm start does', async () => {
  const readme = await fileText('README.md');
  const [, said = '', setting = ''] =
    /process manager itself start `(node [^`]+)`, with `([^`]+)` in its environment/.exec(readme) ?? [];
  expect(of('ExecStart')).toEqual([`/usr/bin/${said}`]);
  const [name = '', value] = setting.split('=');
  expect(environment.get(name)).toBe(value);
  const { scripts } = z
    .object({ scripts: z.object({ start: z.string() }) })
    .parse(JSON.parse(await fileText('package.json')));
  expect(`${setting} ${said}`).toBe(scripts.start);
  expect(environment.get('NODE_ENV')).toBe('production');
});

test('it comes back after a failure for ever, reads the merchants file on reload, and has time to stop', () => {
  expect(of('Restart')).toEqual(['on-failure']);
  expect(unit.get('Unit')?.get('StartLimitIntervalSec')).toEqual(['0']);
  expect(of('ExecReload')).toEqual(['/bin/kill -HUP $MAINPID']);
  expect(of('KillSignal')).toEqual([]);
  expect(Number(of('TimeoutStopSec'))).toBeGreaterThan(10);
});

test('it runs as nobody in particular, with no rights and nothing to write to', () => {
  const hardened = {
    DynamicUser: 'yes',
    NoNewPrivileges: 'yes',
    CapabilityBoundingSet: '',
    ProtectSystem: 'strict',
    ProtectHome: 'yes',
    PrivateTmp: 'yes',
    PrivateDevices: 'yes',
  };
  for (const [name, value] of Object.entries(hardened)) expect(of(name), name).toEqual([value]);
  // Node.js compiles as it goes.
  expect(of('MemoryDenyWriteExecute')).toEqual([]);
  for (const name of ['ReadWritePaths', 'StateDirectory', 'User']) expect(of(name), name).toEqual([]);
});

test('its page puts the files where it looks for them', async () => {
  const page = await fileText('src/packaging/README.md');
  const [folder = ''] = of('WorkingDirectory');
  expect(page).toContain(`cd ${folder} && npm ci --omit=dev --ignore-scripts\n`);
  expect(page).toContain(` .env ${of('EnvironmentFile').join()}\n`);
  expect(page).toContain(` merchants.yaml ${environment.get('MERCHANTS_FILE')}\n`);
});
