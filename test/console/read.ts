import { expect } from 'vitest';
import type { World } from '../support/service.ts';

/** What a page says, without its marks. */
export async function readPage(world: World, path: string): Promise<string> {
  const { status, text } = await world.api(path);
  expect(status, path).toBe(200);
  return text
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replace(/\s+/g, ' ');
}
