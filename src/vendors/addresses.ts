/** The addresses that a vendor's messages go to. */

export function isSameUrl(one: string, other: string): boolean {
  const [first, second] = [URL.parse(one), URL.parse(other)];
  return first !== null && second !== null && first.href === second.href;
}

export function hasPath(url: string, path: string): boolean {
  return URL.parse(url)?.pathname.endsWith(path) ?? false;
}

/** Others put tokens into their addresses' queries, which are nobody's business here. */
export function shownUrl(text: string): string {
  const url = URL.parse(text);
  return url === null ? 'an address that cannot be read' : `${url.origin}${url.pathname}`;
}

export const noPublicUrl = {
  text: 'It is not known where they should go: PUBLIC_URL is not set.',
  fix: 'Set PUBLIC_URL to the https address that the vendors reach the service at.',
};
