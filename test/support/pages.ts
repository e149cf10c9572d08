import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** A file of the project, by its path from the project's folder. */
export const fileText = (name: string) => readFile(join(project, name), 'utf8');

/** Every README.md of the project, that of the project itself first. */
export async function pageNames(): Promise<string[]> {
  const rooms = await Promise.all(
    ['src', 'test'].map(async (folder) => {
      const files = await readdir(join(project, folder), { recursive: true });
      return files.map((file) => `${folder}/${file.replaceAll(sep, '/')}`);
    }),
  );
  const inRooms = rooms.flat().filter((file) => file.endsWith('/README.md'));
  return ['README.md', ...inRooms.sort()];
}

/** The lines of a page that are text: what is shown as code is left out. */
export function textOf(page: string): string {
  return page
    .replaceAll(/^```[\s\S]*?^```$/gm, '')
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]]/g, ''));
}

/** What follows a heading, up to the next one. */
export async function sectionOf(name: string, heading: string): Promise<string> {
  const lines = (await fileText(name)).split('\n');
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === heading);
  if (start < 0) throw new Error(`${name} has no heading ${JSON.stringify(heading)}.`);
  const after = lines.slice(start + 1);
  const end = after.findIndex((line) => /^#+ /.test(line));
  return after.slice(0, end < 0 ? undefined : end).join('\n');
}

/** The cells of the table under a heading, without its head. */
export async function tableUnder(name: string, heading: string): Promise<string[][]> {
  const rows = (await sectionOf(name, heading)).split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}
