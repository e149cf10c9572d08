import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';

const types = {
  'style.css': 'text/css; charset=utf-8',
  'refresh.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const;
type Asset = keyof typeof types;

const assets = new Map(Object.entries(types).map(([name, type]) => [name, readAsset(name, type)]));

function readAsset(name: string, type: string) {
  const content = readFileSync(new URL(`assets/${name}`, import.meta.url));
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
