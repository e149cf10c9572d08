import { z } from 'zod';
import { type Reply, send } from './reply.ts';

/** What a browser keeps of cookies, for each host and port. It sends each of them to all paths. */
export interface Browsing {
  /** A request; redirects are followed one by one. */
  go(url: string, form?: Record<string, string>): Promise<Reply & { readonly url: string }>;
  /** By name; null where there is none of this host. */
  cookie(url: string, name: string): string | null;
}

const mostRedirects = 20;

export function startBrowsing(): Browsing {
  const jars = new Map<string, Map<string, string>>();
  const jarOf = (url: string) => {
    const { host } = new URL(url);
    const jar = jars.get(host) ?? new Map<string, string>();
    jars.set(host, jar);
    return jar;
  };

  async function ask(url: string, form: Record<string, string> | undefined): Promise<Reply> {
    const jar = jarOf(url);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const reply = await send(url, {
      headers: cookie === '' ? {} : { cookie },
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const line of reply.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '' || /max-age=0|expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return reply;
  }

  return {
    go: async (from, firstForm) => {
      let url = from;
      let form = firstForm;
      for (let redirects = 0; redirects < mostRedirects; redirects += 1) {
        const reply = await ask(url, form);
        if (reply.status < 300 || reply.status > 399) return { ...reply, url };
        url = new URL(z.string().parse(reply.headers.get('location')), url).href;
        form = undefined;
      }
      throw new Error(`${from} leads on and on`);
    },
    cookie: (url, name) => jarOf(url).get(name) ?? null,
  };
}
