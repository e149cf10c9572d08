export type WebAddress = { readonly address: string } | { readonly problem: string };

/**
 * Reads an address that paths are appended to, so it ends up without a trailing slash and must not carry
 * what an appended path would break (`?`, `#`) or what belongs in a token (a user name or password).
 *
 * @param schemes the accepted ones, with their colon: `['https:']`
 * @returns the address in its normal form, or the problem as a predicate (`is not …`); the problem never
 *   repeats the text, which may hold a password
 */
export function readWebAddress(text: string, schemes: readonly ('http:' | 'https:')[]): WebAddress {
  const url = URL.parse(text);
  if (url === null) return { problem: 'is not a web address' };
  if (!schemes.some((scheme) => scheme === url.protocol)) {
    return { problem: `does not start with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}` };
  }
  if (url.username !== '' || url.password !== '') return { problem: 'holds a user name or password' };
  if (/[?#]/.test(text)) return { problem: "holds a '?' or '#' part" };
  return { address: `${url.origin}${url.pathname}`.replace(/\/+$/, '') };
}
