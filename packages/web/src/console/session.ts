/**
 * Who works in this tab: an application's operator, or a support agent. The client secret is exchanged for a token and
 * forgotten; the token is kept for as long as the tab lives, and revoked when they sign out. A tab that is opened beside
 * it asks the others for theirs, so nothing outlives the last of them.
 */
import {
  ApiError,
  Connection,
  clientCredentials,
  createSupportSession,
  endSession,
  type Token,
} from '@aislechat/client';
import { tabStorage } from '../device-storage.ts';

interface Kept {
  token: string;
  /** The client ID, or the agent's name. */
  name: string;
  scopes: string[];
  /** When the token ends, ms on the retailer's clock. */
  expiresAt?: number | undefined;
}

/** Between the tabs of this origin. */
type Told = { asks: string } | { answers: string; kept: Kept } | { ended: string };

interface IssuedToken {
  access_token: string;
  scope: string;
  /** Seconds, on the retailer's clock. */
  created_at: number;
  expires_in: number;
}

const key = 'aislechat:console';
const supportScope = 'aislechat:support';
const operatorScopes = 'aislechat:operate';
/** What the sandbox takes. */
const developerScopes = `${operatorScopes},connect:fulfillment`;

/** In the sandbox the console stays out of what it shows: the request log, and the faults. */
const marked: typeof fetch = (input, init) =>
  fetch(input, {
    ...init,
    headers: { ...(init?.headers as Record<string, string>), 'x-aislechat-console': '1' },
  });

export class Session {
  readonly connection: Connection;
  readonly name: string;
  readonly isAgent: boolean;
  /** Whether the token may use the sandbox, where there is one. */
  readonly isDeveloper: boolean;
  readonly #kept: Kept;
  /** The clock is moved past the end of the token, and another one is on its way. */
  isRenewing = false;

  private constructor(kept: Kept) {
    const { token, name, scopes } = kept;
    this.#kept = kept;
    this.connection = new Connection({ url: location.origin, token, fetch: marked });
    this.name = name;
    this.isAgent = scopes.includes(supportScope);
    this.isDeveloper = scopes.includes('connect:fulfillment');
  }

  /** The one that this tab has. */
  static kept(): Session | undefined {
    const kept = tabStorage.get(key);
    return kept === null ? undefined : new Session(JSON.parse(kept));
  }

  /**
   * Tells other tabs of this one's session while it has one, and takes theirs while it has none.
   * @param current the session of this tab
   * @param given called with another tab's, at most once
   * @param ended called when another tab signed the same session out
   */
  static share(
    current: () => Session | undefined,
    given: (session: Session) => void,
    ended: () => void,
  ): () => void {
    const channel = new BroadcastChannel(key);
    const tell = (told: Told) => channel.postMessage(told);
    let asked: string | undefined;
    channel.onmessage = ({ data }: MessageEvent<Told>) => {
      const session = current();
      if ('asks' in data) {
        if (session) tell({ answers: data.asks, kept: session.#kept });
      } else if ('ended' in data) {
        if (session && session.#kept.token === data.ended) ended();
      } else if (data.answers === asked && !session) {
        asked = undefined;
        given(Session.#keep(data.kept));
      }
    };
    if (!current()) {
      asked = crypto.getRandomValues(new Uint32Array(4)).join('-');
      tell({ asks: asked });
    }
    return () => channel.close();
  }

  /** Whether the token has ended once the retailer's clock shows this time; unknown is no. */
  endsBy(time: number): boolean {
    return this.#kept.expiresAt !== undefined && time >= this.#kept.expiresAt;
  }

  /** @throws ApiError, NetworkError where the secret gets no token */
  static async check(clientId: string, clientSecret: string): Promise<void> {
    await clientCredentials({ url: location.origin, clientId, clientSecret, scope: operatorScopes })();
  }

  /** @throws ApiError, NetworkError */
  static async ofOperator(clientId: string, clientSecret: string, hasSandbox: boolean): Promise<Session> {
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
    return Session.#keep({
      token: access_token,
      name: clientId,
      scopes: scope.split(','),
      expiresAt: (created_at + expires_in) * 1000,
    });
  }

  /** @throws ApiError, NetworkError */
  static async ofAgent(code: string): Promise<Session> {
    const open = new Connection({ url: location.origin, token: '' });
    const { access_token, agent, scope } = await createSupportSession(open, { support_code: code });
    return Session.#keep({ token: access_token, name: agent, scopes: [scope] });
  }

  static #keep(kept: Kept): Session {
    tabStorage.set(key, JSON.stringify(kept));
    return new Session(kept);
  }

  /** Whatever the server says: neither this tab nor another has the token any more. */
  async end(): Promise<void> {
    tabStorage.remove(key);
    const channel = new BroadcastChannel(key);
    channel.postMessage({ ended: this.#kept.token } satisfies Told);
    channel.close();
    await endSession(this.connection).catch(() => {});
  }

  static forget(): void {
    tabStorage.remove(key);
  }
}
