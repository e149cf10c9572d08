import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { fastify, LogController } from 'fastify';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { z } from 'zod';
import { parseMerchants } from '../../../src/config/merchants.ts';
import { openLog } from '../../../src/log.ts';
import { serve } from './serve.ts';

const queue = 'webhooks';
const webhook = z.object({ topic: z.string(), trigger: z.string(), id: z.coerce.string() });

/**
 * A webhook receiver as the textbooks have it: check the signature, store the webhook once and a job
 * for it in one transaction, answer. It has the same framework, queue, driver and log as this service, and
 * no worker that would take anything from it.
 */
serve(async ({ databaseUrl, merchantsFile }) => {
  const merchants = parseMerchants(merchantsFile, {}, 'merchants.yaml');
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 20 });
  await pool.query(
    `create table if not exists webhooks (key text primary key, merchant text not null, trigger text not null,
      return_id text not null, body jsonb not null, received_at timestamptz not null default now())`,
  );
  const boss = new PgBoss({ connectionString: databaseUrl });
  await boss.start();
  await boss.createQueue(queue);

  const app = fastify({
    loggerInstance: openLog('info'),
    logController: new LogController({ disableRequestLogging: true }),
  });
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  app.post('/webhooks/loop/:merchant', async (request, reply) => {
    const { merchant: slug } = z.object({ merchant: z.string() }).parse(request.params);
    const merchant = merchants.get(slug);
    const { body } = request;
    if (merchant === undefined || !Buffer.isBuffer(body)) return reply.code(404).send();
    const [secret = ''] = merchant.loop.webhookSecrets;
    if (!isSigned(body, String(request.headers['x-loop-signature']), secret)) return reply.code(401).send();
    const text = body.toString();
    const { trigger, id } = webhook.parse(JSON.parse(text));
    const key = createHash('sha256').update(body).digest('hex');
    const isNew = await storeWithJob(pool, boss, { key, slug, trigger, id, text });
    request.log.info({ merchant: slug, delivery: key, return: id }, 'a webhook came in');
    return { status: isNew ? 'accepted' : 'duplicate' };
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    stop: async () => {
      await app.close();
      await boss.stop({ graceful: false });
      await pool.end();
    },
  };
});

function isSigned(body: Buffer, signature: string, secret: string): boolean {
  const expected = createHmac('sha256', secret).update(body).digest();
  const given = Buffer.from(signature, 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

async function storeWithJob(
  pool: pg.Pool,
  boss: PgBoss,
  { key, slug, trigger, id, text }: { key: string; slug: string; trigger: string; id: string; text: string },
): Promise<boolean> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const { rowCount } = await client.query(
      `insert into webhooks (key, merchant, trigger, return_id, body) values ($1, $2, $3, $4, $5)
        on conflict do nothing`,
      [key, slug, trigger, id, text],
    );
    const isNew = rowCount === 1;
    if (isNew) {
      const db = { executeSql: (sql: string, values?: unknown[]) => client.query(sql, values) };
      await boss.send(queue, { key }, { db });
    }
    await client.query('commit');
    client.release();
    return isNew;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    client.release(true);
    throw error;
  }
}
