import type { Configuration } from 'openid-client';
import { z } from 'zod';
import type { OidcSettings } from '../config/sign-in-settings.ts';
import { opsTokenName, type Role } from './operator.ts';

/** What belongs to one try to sign in, and comes back with the browser. */
export const signOnTry = z.object({ state: z.string(), nonce: z.string(), verifier: z.string() });
export type SignOnTry = z.infer<typeof signOnTry>;

/** Somebody whom the provider knows. */
export interface SignedOn {
  readonly name: string;
  /** The provider's own word for them, which stays the same when their name changes. */
  readonly subject: string;
  readonly role: Role;
}

/** Signing in by a provider of OpenID Connect: authorization code with PKCE. */
export interface SingleSignOn {
  /**
   * @returns where the browser goes, and what it has to bring back
   * @throws {SignOnFailed}
   */
  begin(): Promise<{ readonly address: string; readonly attempt: SignOnTry }>;
  /**
   * @param query what the provider sent the browser back with
   * @throws {SignOnFailed}
   */
  finish(query: string, attempt: SignOnTry): Promise<SignedOn>;
}

/** The provider does not answer (`away`), or did not let this person in (`refused`). */
export class SignOnFailed extends Error {
  override readonly name = 'SignOnFailed';
  readonly kind: 'away' | 'refused';

  /** @param why for who runs the service; nothing personal, nothing secret */
  constructor(kind: 'away' | 'refused', why: string) {
    super(why);
    this.kind = kind;
  }
}

/** Loaded only where somebody signs in so: it costs memory, and most have no need of it. */
const openidClient = () => import('openid-client');

/** What a person waits for a page at most. */
const answerWithinSeconds = 5;
const longestName = 100;

/**
 * Nothing is asked of the provider before somebody signs in: one that is down keeps nobody else out.
 * @param callbackUrl where the provider sends the browser back to
 */
export function openSingleSignOn(oidc: OidcSettings, callbackUrl: string): SingleSignOn {
  let known: Configuration | null = null;
  const provider = async () => {
    known ??= await discover(oidc);
    return known;
  };
  return {
    begin: async () => {
      const client = await openidClient();
      const attempt = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      };
      const address = client.buildAuthorizationUrl(await provider(), {
        redirect_uri: callbackUrl,
        scope: oidc.scopes,
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(attempt.verifier),
        code_challenge_method: 'S256',
      });
      return { address: address.href, attempt };
    },
    finish: async (query, { state, nonce, verifier }) => {
      const client = await openidClient();
      const configuration = await provider();
      const back = new URL(callbackUrl);
      back.search = query;
      try {
        const tokens = await client.authorizationCodeGrant(configuration, back, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const told: Claims = tokens.claims() ?? {};
        const needsMore = told[oidc.groupsClaim] === undefined || nameIn(told) === null;
        const more = needsMore ? await askMore(configuration, tokens.access_token, told) : {};
        return personIn({ ...more, ...told }, oidc);
      } catch (error) {
        throw asSignOnFailed(error);
      }
    },
  };
}

async function discover({ issuer, clientId, clientSecret }: OidcSettings): Promise<Configuration> {
  const client = await openidClient();
  const address = new URL(issuer);
  // The setting takes http for this machine alone.
  const execute = address.protocol === 'http:' ? [client.allowInsecureRequests] : [];
  const options = { timeout: answerWithinSeconds, execute };
  try {
    return await client.discovery(address, clientId, clientSecret, undefined, options);
  } catch (error) {
    throw new SignOnFailed('away', `The issuer does not tell of itself: ${reasonOf(error)}`);
  }
}

type Claims = Readonly<Record<string, unknown>>;

/** Providers may tell a person's name and groups only where they are asked once more. */
async function askMore(configuration: Configuration, accessToken: string, { sub }: Claims): Promise<Claims> {
  const subject = z.string().safeParse(sub);
  if (configuration.serverMetadata().userinfo_endpoint === undefined || !subject.success) return {};
  const client = await openidClient();
  return client.fetchUserInfo(configuration, accessToken, subject.data);
}

const named = z.string().transform((text, context) => {
  // Nothing in a name may look like another line of the page or the log.
  const clean = text
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, longestName);
  if (clean !== '') return clean;
  context.addIssue('is empty');
  return z.NEVER;
});

/** People choose their names at some providers. */
const isOpsToken = (name: string) => name.normalize('NFKC').toLowerCase() === opsTokenName;

function nameIn(claims: Claims): string | null {
  const given = ['preferred_username', 'email', 'name'].map((claim) => named.safeParse(claims[claim]).data);
  return given.find((name) => name !== undefined && !isOpsToken(name)) ?? null;
}

const groupsOf = z.union([z.array(z.string()), z.string().transform((one) => [one])]).catch([]);

/** @throws {SignOnFailed} where the provider does not say who it is */
function personIn(claims: Claims, { groupsClaim, actGroup }: OidcSettings): SignedOn {
  const subject = named.safeParse(claims['sub']).data;
  if (subject === undefined || isOpsToken(subject)) {
    throw new SignOnFailed('refused', 'The provider does not say who this is.');
  }
  const mayAct = actGroup !== null && groupsOf.parse(claims[groupsClaim]).includes(actGroup);
  return { name: nameIn(claims) ?? subject, subject, role: mayAct ? 'act' : 'view' };
}

/** A request that fails is a TypeError, as fetch has it; openid-client has its own code for one that takes too long. */
function asSignOnFailed(error: unknown): SignOnFailed {
  if (error instanceof SignOnFailed) return error;
  const isAway = error instanceof TypeError || coded.safeParse(error).data?.code === 'OAUTH_TIMEOUT';
  return new SignOnFailed(isAway ? 'away' : 'refused', reasonOf(error));
}

const oauthError = z.object({ error: z.string(), error_description: z.string().optional() });
const coded = z.object({ code: z.string() });

/** The provider's own word where it has one. What it was sent, and what it told of a person, is not repeated. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const told = oauthError.safeParse(error).data;
  if (told !== undefined) return `${told.error} ${told.error_description ?? ''}`.trim();
  const cause = error instanceof Error ? coded.safeParse(error.cause).data : undefined;
  return cause === undefined ? message : `${message} (${cause.code})`;
}
