import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';

/** What is served, and the files that it is made of, in their order. */
const sources = {
  'style.css': {
    type: 'text/css; charset=utf-8',
    files: [
      'base.css',
      'forms-and-status.css',
      'tables-and-plots.css',
      'bulk-retries.css',
      'work.css',
      'filters.css',
      'lists.css',
      'return.css',
      'people.css',
      'phone.css',
    ],
  },
  'refresh.js': { type: 'text/javascript; charset=utf-8', files: ['refresh.js'] },
  'times.js': { type: 'text/javascript; charset=utf-8', files: ['times.js'] },
  'copy.js': { type: 'text/javascript; charset=utf-8', files: ['copy.js'] },
  'sign-in.js': { type: 'text/javascript; charset=utf-8', files: ['sign-in.js'] },
  'icon.svg': { type: 'image/svg+xml', files: ['icon.svg'] },
} as const;
type Asset = keyof typeof sources;

const assets = new Map(
  Object.entries(sources).map(([name, { type, files }]) => [name, readAsset(name, type, files)]),
);

function readAsset(name: string, type: string, files: readonly string[]) {
  const content = Buffer.concat(
    files.map((file) => readFileSync(new URL(`assets/${file}`, import.meta.url))),
  );
  const version = createHash('sha256').update(content).digest('base64url').slice(0, 10);
  return { type, content, path: `/assets/${version}/${name}` };
}

/** Where a file is served; the address changes with its content, so browsers may keep it. */
export function assetPath(name: Asset): string {
  return `/console${assets.get(name)?.path}`;
}

/** Serves the console's own style, script and icon. */
export function serveAssets(app: FastifyInstance): void {
  for (const { path, type, content } of assets.values()) {
    app.get(path, { schema: { hide: true } }, (_request, reply) =>
      reply.header('cache-control', 'public, max-age=31536000, immutable').type(type).send(content),
    );
  }
}
