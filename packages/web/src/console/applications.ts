/** The retailer's applications. Each secret is shown only once. */
import {
  type Application,
  type ApplicationScope,
  changeApplication,
  createApplication,
  listApplications,
  revokeTokensOfApplication,
  rotateApplicationSecret,
} from '@aislechat/client';
import { html, nothing, type TemplateResult } from 'lit';
import { badge, closeDialog, dialog, fieldsOf, type Shown, shownOnce, table, time } from './parts.ts';
import './support-links.ts';
import { ConsoleView } from './view.ts';

/** The scopes that each kind of system needs, and no more. The first is the default. */
const presets: Record<string, readonly string[]> = {
  'The chat on your pages': ['connect:post_checkout'],
  'Your ordering system': ['connect:fulfillment', 'connect:post_checkout'],
  'The shoppers’ app': ['aislechat:shopper'],
  'Operations: this console, assignment, erasure': ['aislechat:operate'],
};

export class ApplicationsView extends ConsoleView {
  static override properties = {
    applications: { state: true },
    shown: { state: true },
    toRotate: { state: true },
    isCreating: { state: true },
  };
  declare applications: Application[] | undefined;
  /** A secret that is being shown, once. */
  declare shown: Shown | undefined;
  /** The application whose secret will be rotated if the user confirms. */
  declare toRotate: Application | undefined;
  declare isCreating: boolean;

  protected override async look(): Promise<void> {
    this.applications = (await listApplications(this.session.connection)).applications;
  }

  #create = (event: Event): void => {
    const { name = '' } = fieldsOf(event);
    const scopes = new FormData(event.currentTarget as HTMLFormElement).getAll(
      'scopes',
    ) as ApplicationScope[];
    closeDialog(event);
    void this.act(async () => {
      const made = await createApplication(this.session.connection, { name, scopes });
      this.shown = secretOf(`${name} was created`, made.client_id, made.client_secret);
      return undefined;
    });
  };

  #rotate(event: Event, revoke_tokens: boolean): void {
    const { client_id, name } = this.toRotate!;
    closeDialog(event);
    void this.act(async () => {
      const { client_secret } = await rotateApplicationSecret(this.session.connection, client_id, {
        revoke_tokens,
      });
      this.shown = secretOf(`${name} has a new secret`, client_id, client_secret);
      return undefined;
    });
  }

  #revokeTokens({ client_id, name }: Application): Promise<void> {
    return this.act(async () => {
      const { revoked } = await revokeTokensOfApplication(this.session.connection, client_id);
      return `${name}: ${revoked} ${revoked === 1 ? 'token was' : 'tokens were'} revoked.`;
    });
  }

  #switch(application: Application): Promise<void> {
    const state = application.state === 'enabled' ? 'disabled' : 'enabled';
    return this.act(async () => {
      await changeApplication(this.session.connection, application.client_id, { state });
      return `${application.name} is ${state}.`;
    });
  }

  protected override render(): TemplateResult {
    return html`<div class="head">
        <h1 tabindex="-1">Applications</h1>
        <button type="button" class="primary" @click=${() => {
          this.isCreating = true;
        }}>
          New application…
        </button>
      </div>
      ${this.notes()}
      <section class="card" aria-label="Applications">${this.#table()}</section>
      <aislechat-console-support-links class="card" .session=${this.session}></aislechat-console-support-links>
      ${this.isCreating ? this.#creating() : nothing} ${this.toRotate ? this.#confirmRotation(this.toRotate) : nothing}
      ${
        this.shown
          ? shownOnce(this.shown, () => {
              this.shown = undefined;
            })
          : nothing
      }`;
  }

  #table(): TemplateResult {
    return table<Application>({
      caption: 'Applications',
      rows: this.applications,
      keyOf: ({ client_id }) => client_id,
      empty: 'No applications.',
      columns: [
        [
          'Name',
          ({ name, is_own }) => html`<span dir="auto">${name}</span> ${is_own ? badge('yours') : nothing}`,
        ],
        ['Client ID', ({ client_id }) => html`<span class="mono">${client_id}</span>`],
        ['Scopes', ({ scopes }) => html`<span class="mono">${scopes.join(' ')}</span>`],
        ['State', ({ state }) => badge(state, state === 'disabled' ? 'bad' : '')],
        ['Created', ({ created_at }) => time(created_at)],
        ['Actions', (application) => this.#actions(application)],
      ],
    });
  }

  #actions(application: Application): TemplateResult {
    const { name, state, is_own } = application;
    const ask = () => {
      this.toRotate = application;
    };
    return html`<div class="row">
      <button type="button" aria-label="New secret for ${name}" @click=${ask}>New secret…</button>
      ${
        is_own
          ? nothing
          : html`<button type="button" aria-label="Revoke tokens of ${name}" @click=${() => this.#revokeTokens(application)}>
              Revoke tokens
            </button>
            <button type="button" aria-label="${state === 'enabled' ? 'Disable' : 'Enable'} ${name}" @click=${() => this.#switch(application)}>
              ${state === 'enabled' ? 'Disable' : 'Enable'}
            </button>`
      }
    </div>`;
  }

  #preset = (event: Event): void => {
    const form = (event.target as HTMLSelectElement).form!;
    const scopes = presets[(event.target as HTMLSelectElement).value]!;
    for (const box of form.querySelectorAll<HTMLInputElement>('[name=scopes]'))
      box.checked = scopes.includes(box.value);
  };

  #creating(): TemplateResult {
    const [first] = Object.keys(presets);
    const own = this.applications?.find(({ is_own }) => is_own);
    const closed = () => {
      this.isCreating = false;
    };
    return dialog(
      'New application',
      closed,
      html`<form class="stack" @submit=${this.#create}>
        <label>Name <input name="name" required maxlength="255" autocomplete="off" autofocus /></label>
        <label>What it is for
          <select @change=${this.#preset}>${Object.keys(presets).map((title) => html`<option>${title}</option>`)}</select>
        </label>
        <fieldset>
          <legend>Scopes, from those of your own application</legend>
          ${own?.scopes.map(
            (scope) =>
              html`<label class="check"><input type="checkbox" name="scopes" value=${scope} .checked=${presets[first!]!.includes(scope)} />${scope}</label>`,
          )}
        </fieldset>
        <div class="row">
          <button type="submit" class="primary">Create</button>
          <button type="button" @click=${closeDialog}>Cancel</button>
        </div>
      </form>`,
    );
  }

  #confirmRotation({ name, is_own }: Application): TemplateResult {
    const closed = () => {
      this.toRotate = undefined;
    };
    return dialog(
      `Create a new secret for ${name}?`,
      closed,
      html`<p>The current secret stops working at once. Issued tokens stay valid until they expire, for at most a day, unless you revoke them.</p>
        ${is_own ? html`<p>You signed in with this application.</p>` : nothing}
        <div class="row">
          <button type="button" class="primary" @click=${(event: Event) => this.#rotate(event, false)}>
            Create a new secret
          </button>
          <button type="button" @click=${(event: Event) => this.#rotate(event, true)}>
            Create a new secret and revoke the tokens
          </button>
          <button type="button" @click=${closeDialog}>Cancel</button>
        </div>`,
    );
  }
}

const secretOf = (title: string, clientId: string, secret: string): Shown => ({
  title,
  note: 'Save the secret now: it is not stored and cannot be shown again.',
  fields: [
    ['Client ID', clientId],
    ['Client secret', secret],
  ],
});

customElements.define('aislechat-console-applications', ApplicationsView);
