/** The sign-in page, for an application's credentials or a support agent's link. */
import { ApiError, Connection } from '@aislechat/client';
import { createSandboxRetailer } from '@aislechat/client/sandbox';
import { css, html, nothing, type TemplateResult } from 'lit';
import { colors, controls } from '../base-style.ts';
import { SteadyElement } from '../steady-element.ts';
import { copyable, fieldsOf } from './parts.ts';
import { Session } from './session.ts';
import { consoleStyle } from './style.ts';

/** What the server reported about itself. */
export interface Surroundings {
  hasSandbox: boolean;
  hasDemo: boolean;
}

export class SignedIn extends Event {
  readonly session: Session;
  constructor(session: Session) {
    super('signed-in', { bubbles: true, composed: true });
    this.session = session;
  }
}

export class SignIn extends SteadyElement {
  static override properties = {
    surroundings: { attribute: false },
    note: { attribute: false },
    problem: { state: true },
    made: { state: true },
    isBusy: { state: true },
  };

  declare surroundings: Surroundings;
  /** Why the session ended. */
  declare note: string | undefined;
  declare problem: string | undefined;
  /** A new retailer of the sandbox, whose secret is shown only once. */
  declare made: { clientId: string; clientSecret: string } | undefined;
  declare isBusy: boolean;

  async #enter(open: () => Promise<Session>): Promise<void> {
    this.problem = undefined;
    this.isBusy = true;
    try {
      this.dispatchEvent(new SignedIn(await open()));
    } catch (error) {
      this.problem = sentenceOf(error);
    } finally {
      this.isBusy = false;
    }
  }

  #withCredentials(clientId: string, clientSecret: string, banner?: string): Promise<void> {
    const credentials = { clientId, clientSecret, banner };
    return this.#enter(() => Session.ofOperator(credentials, this.surroundings.hasSandbox));
  }

  #submit = (event: Event): void => {
    const { client_id = '', client_secret = '', banner } = fieldsOf(event);
    void this.#withCredentials(client_id, client_secret, banner || undefined);
  };

  #makeRetailer = async (): Promise<void> => {
    try {
      const open = new Connection({ url: location.origin, token: '' });
      const { client_id, client_secret } = await createSandboxRetailer(open, { name: 'Sandbox retailer' });
      this.made = { clientId: client_id, clientSecret: client_secret };
    } catch (error) {
      this.problem = sentenceOf(error);
    }
  };

  protected override render(): TemplateResult {
    return html`<main>
      <h1 tabindex="-1">Aislechat console</h1>
      ${this.note ? html`<p role="status">${this.note}</p>` : nothing}
      <p class="problem" role="alert">${this.problem ?? nothing}</p>
      <form class="stack" @submit=${this.#submit}>
        <label>Client ID <input name="client_id" required autocomplete="username" spellcheck="false" /></label>
        <label>
          Client secret
          <input name="client_secret" type="password" required autocomplete="current-password" />
        </label>
        <label>
          Banner, in an organization with several
          <input name="banner" autocomplete="off" autocapitalize="none" spellcheck="false" />
        </label>
        <button class="primary" type="submit" ?disabled=${this.isBusy}>Sign in</button>
      </form>
      <p class="muted">
        The application needs the scope <code>aislechat:operate</code>. The secret is not stored. Support agents sign in with a
        link from an operator.
      </p>
      ${this.#sandbox()}
    </main>`;
  }

  #sandbox(): TemplateResult | typeof nothing {
    const { hasSandbox, hasDemo } = this.surroundings;
    if (!hasSandbox) return nothing;
    const { made } = this;
    return html`<section class="card" aria-labelledby="sandbox">
      <h2 id="sandbox">Sandbox</h2>
      ${
        made
          ? html`<p>Your new retailer is ready. Save the secret now: it is not shown again.</p>
              ${copyable('Client ID', made.clientId)} ${copyable('Client secret', made.clientSecret)}
              <button type="button" class="primary" @click=${() => this.#withCredentials(made.clientId, made.clientSecret)}>
                Sign in to this retailer
              </button>`
          : html`<div class="row">
              ${hasDemo ? html`<button type="button" @click=${() => this.#withCredentials('demo-client', 'demo-secret')}>Sign in to the demo</button>` : nothing}
              <button type="button" @click=${this.#makeRetailer}>Create a new retailer</button>
            </div>`
      }
    </section>`;
  }

  static override styles = [
    colors,
    controls,
    consoleStyle,
    css`
      main {
        max-inline-size: 26rem;
        margin-inline: auto;
        padding: 8vh 1rem 1rem;
      }
      form button {
        inline-size: 100%;
      }
    `,
  ];
}

export function sentenceOf(error: unknown): string {
  if (!(error instanceof ApiError)) return `${(error as Error).message}.`;
  if (error.name === 'invalid_client') return 'No enabled application has this client ID and secret.';
  if (error.name === 'invalid_scope') return 'This application does not have the scope aislechat:operate.';
  if (error.name === 'no_context')
    return 'Enter the banner: its slug selects one retailer of the organization.';
  if (error.name === 'token_invalid') return 'This link was already used or has expired. Ask for a new one.';
  return error.message;
}

customElements.define('aislechat-console-sign-in', SignIn);
