/**
 * The session of this tab: an operator with an application's credentials, or a support agent. The client secret is
 * exchanged for a token and then discarded. The token is kept as long as the tab lives, and revoked when the user signs
 * out. A new tab asks other open tabs for their session, so nothing remains after the last tab is closed.
 */
import {
  ApiError,
  Connection,
  clientCredentials,
  createSupportSession,
  endSession,
  getRetailerSettings,
  type Token,
} from '@aislechat/client';
import { tabStorage } from '../device-storage.ts';

interface Kept {
  token: string;
  /** The client ID, or the agent's name. */
  name: string;
  scopes: string[];
  /** Of an organization with several. */
  banner?: string | undefined;
  /** When the token expires, in ms since the epoch on the retailer's clock. */
  expiresAt?: number | undefined;
  /** The retailer's, if this session cannot read its settings. */
  timezone?: string;
}

/** Messages between the tabs of this origin. */
type TabMessage = { asks: string } | { answers: string; kept: Kept } | { ended: string };

interface IssuedToken {
  access_token: string;
  scope: string;
  /** In seconds since the epoch, on the retailer's clock. */
  created_at: number;
  expires_in: number;
}

const key = 'aislechat:console';
const supportScope = 'aislechat:support';
const operatorScopes = 'aislechat:operate';
/** The scopes for the sandbox. */
const developerScopes = `${operatorScopes},connect:fulfillment`;

/** Marks the console's requests, so that the sandbox leaves them out of the request log and of faults. */
const marked: typeof fetch = (input, init) =>
  fetch(input, {
    ...init,
    headers: { ...(init?.headers as Record<string, string>), 'x-aislechat-console': '1' },
  });

export class Session {
  readonly connection: Connection;
  readonly name: string;
  readonly isAgent: boolean;
  readonly banner: string | undefined;
  readonly timezone: string | undefined;
  /** Whether the token may use the sandbox, if there is one. */
  readonly isDeveloper: boolean;
  /** Who reads conversations, as entered; support agents have a name already. */
  reader = '';
  /** Searched names and phone numbers, which the address must not hold, by the number that it holds instead. */
  readonly unwritten: string[] = [];
  readonly #kept: Kept;
  /** Set while the clock moves past the token's expiry and a new token is requested. */
  isRenewing = false;

  private constructor(kept: Kept) {
    const { token, name, scopes, banner } = kept;
    this.#kept = kept;
    this.connection = new Connection({ url: location.origin, token, retailer: banner, fetch: marked });
    this.banner = banner;
    this.name = name;
    this.timezone = kept.timezone;
    this.isAgent = scopes.includes(supportScope);
    this.isDeveloper = scopes.includes('connect:fulfillment');
  }

  /** Returns the session that this tab has stored. */
  static kept(): Session | undefined {
    const kept = tabStorage.get(key);
    return kept === null ? undefined : new Session(JSON.parse(kept));
  }

  /**
   * Shares sessions between tabs: gives this tab's session to others, or takes theirs if this tab has none.
   * @param current returns the session of this tab
   * @param given called with the session of another tab, at most once
   * @param ended called when another tab has signed out of the same session
   */
  static share(
    current: () => Session | undefined,
    given: (session: Session) => void,
    ended: () => void,
  ): () => void {
    const channel = new BroadcastChannel(key);
    const post = (message: TabMessage) => channel.postMessage(message);
    let asked: string | undefined;
    channel.onmessage = ({ data }: MessageEvent<TabMessage>) => {
      const session = current();
      if ('asks' in data) {
        if (session) post({ answers: data.asks, kept: session.#kept });
      } else if ('ended' in data) {
        if (session && session.#kept.token === data.ended) ended();
      } else if (data.answers === asked && !session) {
        asked = undefined;
        given(Session.#keep(data.kept));
      }
    };
    if (!current()) {
      asked = crypto.getRandomValues(new Uint32Array(4)).join('-');
      post({ asks: asked });
    }
    return () => channel.close();
  }

  /** Whether the token is expired when the retailer's clock shows this time; false if unknown. */
  endsBy(time: number): boolean {
    return this.#kept.expiresAt !== undefined && time >= this.#kept.expiresAt;
  }

  /** @throws ApiError, NetworkError if the secret gets no token */
  static async check(clientId: string, clientSecret: string): Promise<void> {
    await clientCredentials({ url: location.origin, clientId, clientSecret, scope: operatorScopes })();
  }

  /**
   * @param banner where the operator works, in an organization with several
   * @throws ApiError, NetworkError
   */
  static async ofOperator(
    {
      clientId,
      clientSecret,
      banner,
    }: { clientId: string; clientSecret: string; banner?: string | undefined },
    hasSandbox: boolean,
  ): Promise<Session> {
    const ask = (scope: string) =>
      clientCredentials({ url: location.origin, clientId, clientSecret, scope })();
    let token: Token;
    try {
      token = await ask(hasSandbox ? developerScopes : operatorScopes);
    } catch (error) {
      if (!hasSandbox || !(error instanceof ApiError) || error.name !== 'invalid_scope') throw error;
      token = await ask(operatorScopes);
    }
    const { access_token, scope, created_at, expires_in } = token as IssuedToken;
    const session = new Connection({
      url: location.origin,
      token: access_token,
      retailer: banner,
      fetch: marked,
    });
    // The token alone does not say whether there is such a banner.
    await getRetailerSettings(session);
    return Session.#keep({
      token: access_token,
      name: clientId,
      scopes: scope.split(','),
      banner,
      expiresAt: (created_at + expires_in) * 1000,
    });
  }

  /** @throws ApiError, NetworkError */
  static async ofAgent(code: string): Promise<Session> {
    const open = new Connection({ url: location.origin, token: '' });
    const { access_token, agent, scope, timezone } = await createSupportSession(open, { support_code: code });
    return Session.#keep({ token: access_token, name: agent, scopes: [scope], timezone });
  }

  static #keep(kept: Kept): Session {
    tabStorage.set(key, JSON.stringify(kept));
    return new Session(kept);
  }

  /** Signs out. Whatever the server answers, this tab and all others forget the token. */
  async end(): Promise<void> {
    tabStorage.remove(key);
    const channel = new BroadcastChannel(key);
    channel.postMessage({ ended: this.#kept.token } satisfies TabMessage);
    channel.close();
    await endSession(this.connection).catch(() => {});
  }

  static forget(): void {
    tabStorage.remove(key);
  }
}
