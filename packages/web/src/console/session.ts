/**
 * Who works in this tab: an application's operator, or a support agent. The client secret is exchanged for a token and
 * forgotten; the token is kept for as long as the tab lives, and revoked when they sign out.
 */
import {
  ApiError,
  Connection,
  clientCredentials,
  createSupportSession,
  endSession,
  type Token,
} from '@aislechat/client';

interface Kept {
  token: string;
  /** The client ID, or the agent's name. */
  name: string;
  scopes: string[];
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

  private constructor({ token, name, scopes }: Kept) {
    this.connection = new Connection({ url: location.origin, token, fetch: marked });
    this.name = name;
    this.isAgent = scopes.includes(supportScope);
    this.isDeveloper = scopes.includes('connect:fulfillment');
  }

  /** The one that this tab has. */
  static kept(): Session | undefined {
    const kept = sessionStorage.getItem(key);
    return kept === null ? undefined : new Session(JSON.parse(kept));
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
    const { access_token, scope } = token as { access_token: string; scope: string };
    return Session.#keep({ token: access_token, name: clientId, scopes: scope.split(',') });
  }

  /** @throws ApiError, NetworkError */
  static async ofAgent(code: string): Promise<Session> {
    const open = new Connection({ url: location.origin, token: '' });
    const { access_token, agent, scope } = await createSupportSession(open, { support_code: code });
    return Session.#keep({ token: access_token, name: agent, scopes: [scope] });
  }

  static #keep(kept: Kept): Session {
    sessionStorage.setItem(key, JSON.stringify(kept));
    return new Session(kept);
  }

  /** Whatever the server says: this tab has no token any more. */
  async end(): Promise<void> {
    sessionStorage.removeItem(key);
    await endSession(this.connection).catch(() => {});
  }

  static forget(): void {
    sessionStorage.removeItem(key);
  }
}
