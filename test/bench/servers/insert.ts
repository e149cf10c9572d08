import { fastify } from 'fastify';
import pg from 'pg';
import { serve } from './serve.ts';

/** One INSERT for each request, and nothing else: no signature, no duplicates, no job. */
serve(async ({ databaseUrl }) => {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 20 });
  await pool.query(
    'create table if not exists bodies (id bigserial primary key, body bytea not null, at timestamptz not null)',
  );
  const app = fastify();
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  app.post('/webhooks/loop/:merchant', async (request) => {
    await pool.query('insert into bodies (body, at) values ($1, now())', [request.body]);
    return { status: 'accepted' };
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    stop: async () => {
      await app.close();
      await pool.end();
    },
  };
});
