import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutants.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * From now on this process loads the service with a fault in it. No file is changed.
 * @throws where the text that is to be changed is not there exactly once
 */
export function mutate({ name, changes }: Mutant): void {
  registerHooks({
    load: (url, context, nextLoad) => {
      const loaded = nextLoad(url, context);
      const own = changes.filter(({ file }) => url === new URL(file, `file://${root}`).href);
      if (own.length === 0) return loaded;
      const source = own.reduce((text, change) => changed(name, text, change), String(loaded.source));
      return { ...loaded, source };
    },
  });
}

export function changed(name: string, text: string, { file, from, to }: Mutant['changes'][number]): string {
  const parts = text.split(from);
  if (parts.length !== 2) {
    throw new Error(`The mutant "${name}" finds its text ${parts.length - 1} times in ${file}, not once`);
  }
  return parts.join(to);
}
