import { access, readdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** Who may import whom is said once, in the table of src/README.md. */

const src = fileURLToPath(new URL('../../src', import.meta.url));
const houses = ['vendors', 'stand-ins'];

/** The room that a file of src is in; `wiring` for those beside the rooms. */
function roomOf(file: string): string {
  const folders = file.split('/').slice(0, -1);
  const [first = 'wiring'] = folders;
  return houses.includes(first) ? folders.join('/') : first;
}

async function importsOf(file: string): Promise<string[]> {
  const text = await readFile(join(src, file), 'utf8');
  return [...text.matchAll(/(?:from|import\(|import) ?'(\.[^']+\.[jt]s)'/g)].map(([, path = '']) =>
    normalize(join(dirname(file), path)),
  );
}

/** Every arrow between rooms in the code, with the imports that make it. */
async function arrowsInCode(): Promise<Map<string, Map<string, string[]>>> {
  const arrows = new Map<string, Map<string, string[]>>();
  const names = await readdir(src, { recursive: true });
  for (const file of names.map((name) => relative('.', name)).filter((name) => /\.[jt]s$/.test(name))) {
    const from = arrows.get(roomOf(file)) ?? new Map<string, string[]>();
    arrows.set(roomOf(file), from);
    for (const imported of await importsOf(file)) {
      const to = roomOf(imported);
      if (to === roomOf(file)) continue;
      from.set(to, [...(from.get(to) ?? []), `${file} imports ${imported}`]);
    }
  }
  return arrows;
}

async function arrowsInTable(): Promise<Map<string, string[]>> {
  const text = await readFile(join(src, 'README.md'), 'utf8');
  const rows = [...text.matchAll(/^\| `([^`]+)` \| [^|]+ \| ([^|]+) \|$/gm)];
  return new Map(
    rows.map(([, room = '', imports = '']) => [
      room,
      [...imports.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
    ]),
  );
}

test('the rooms of src import from each other just as its README says', async () => {
  const [code, table] = [await arrowsInCode(), await arrowsInTable()];
  expect([...table.keys()].sort()).toEqual([...code.keys()].sort());
  const more = [...code].flatMap(([room, arrows]) =>
    [...arrows].flatMap(([to, imports]) => (table.get(room)?.includes(to) === true ? [] : imports)),
  );
  expect(more, 'imports that the table does not have').toEqual([]);
  const fewer = [...table].flatMap(([room, imports]) =>
    imports.filter((to) => !code.get(room)?.has(to)).map((to) => `${room} imports nothing from ${to}`),
  );
  expect(fewer).toEqual([]);
});

test('no room imports from one that imports from it, however far around', async () => {
  const code = await arrowsInCode();
  const reached = (from: string, seen = new Set<string>()): Set<string> => {
    for (const to of code.get(from)?.keys() ?? []) {
      if (!seen.has(to)) reached(to, seen.add(to));
    }
    return seen;
  };
  for (const room of code.keys()) expect([...reached(room)], room).not.toContain(room);
});

test('every file on the way from a webhook to the refund is there', async () => {
  const text = await readFile(join(src, 'README.md'), 'utf8');
  const files = [...text.matchAll(/\]\(([^)]+\.ts)\)/g)].map(([, file = '']) => file);
  expect(files.length).toBeGreaterThan(10);
  for (const file of files) await expect(access(join(src, file)), file).resolves.toBeUndefined();
});

test('no two exported types share a name', async () => {
  const files = (await readdir(src, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const texts = await Promise.all(files.map((name) => readFile(join(src, name), 'utf8')));
  const names = texts.flatMap((text) =>
    [...text.matchAll(/^export (?:interface|type|class) (\w+)/gm)].map(([, name = '']) => name),
  );
  expect(names.length).toBeGreaterThan(100);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});
