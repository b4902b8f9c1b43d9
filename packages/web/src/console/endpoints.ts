/** Callback endpoints: test, disable and enable, rotate the secret, create and delete. */
import {
  type CallbackEndpoint,
  changeCallbackEndpoint,
  createCallbackEndpoint,
  deleteCallbackEndpoint,
  listCallbackEndpoints,
  replayDeadCallbacks,
  rotateCallbackSecret,
  testCallbackEndpoint,
} from '@aislechat/client';
import { html, nothing, type TemplateResult } from 'lit';
import { badge, closeDialog, dialog, fieldsOf, type Shown, shownOnce, table } from './parts.ts';
import { ConsoleView } from './view.ts';

/** How far back dead deliveries are replayed. */
const replayMs = 7 * 24 * 3_600_000;
type EventName = CallbackEndpoint['events'][number];
/** The events that are used most. The API accepts all events. */
const usualEvents: EventName[] = [
  'chat_message_created',
  'fulfillment.brand_new',
  'fulfillment.acknowledged',
  'fulfillment.picking',
  'fulfillment.delivering',
  'fulfillment.delivered',
  'fulfillment.canceled',
];

export class EndpointsView extends ConsoleView {
  static override properties = {
    endpoints: { state: true },
    secret: { state: true },
    toDelete: { state: true },
    isAdding: { state: true },
  };
  declare endpoints: CallbackEndpoint[] | undefined;
  /** A signing secret that is being shown, once. */
  declare secret: Shown | undefined;
  /** The endpoint that will be deleted if the user confirms. */
  declare toDelete: CallbackEndpoint | undefined;
  declare isAdding: boolean;
  protected override readonly everyMs = 5_000;

  protected override async look(): Promise<void> {
    this.endpoints = (await listCallbackEndpoints(this.session.connection)).endpoints;
  }

  #add = (event: Event): void => {
    const { name = '', url = '' } = fieldsOf(event);
    const events = new FormData(event.currentTarget as HTMLFormElement).getAll('events') as EventName[];
    closeDialog(event);
    void this.act(async () => {
      const { signing_secret } = await createCallbackEndpoint(this.session.connection, { name, url, events });
      this.secret = secretOf(name, signing_secret);
      return undefined;
    });
  };

  #test({ id, name }: CallbackEndpoint): Promise<void> {
    return this.act(async () => {
      const { status, error, answer, duration_ms } = await testCallbackEndpoint(
        this.session.connection,
        id,
        {},
      );
      const outcome = `Sample sent to ${name}: ${status ?? error} after ${duration_ms} ms`;
      return answer === undefined ? `${outcome}.` : `${outcome}, answered “${answer}”.`;
    });
  }

  #rotate({ id, name }: CallbackEndpoint): Promise<void> {
    return this.act(async () => {
      const { signing_secret } = await rotateCallbackSecret(this.session.connection, id);
      this.secret = secretOf(name, signing_secret);
      return undefined;
    });
  }

  #switch({ id, name, state }: CallbackEndpoint): Promise<void> {
    const wanted = state === 'enabled' ? 'disabled' : 'enabled';
    return this.act(async () => {
      await changeCallbackEndpoint(this.session.connection, id, { state: wanted });
      return `${name} is ${wanted}.`;
    });
  }

  #replayDead({ id }: CallbackEndpoint): Promise<void> {
    return this.act(async () => {
      const since = new Date(Date.now() - replayMs).toISOString();
      const { replayed } = await replayDeadCallbacks(this.session.connection, id, { since });
      return `${replayed} dead ${replayed === 1 ? 'delivery' : 'deliveries'} will be sent again.`;
    });
  }

  #delete = (event: Event): void => {
    const { id, name } = this.toDelete!;
    closeDialog(event);
    void this.act(async () => {
      await deleteCallbackEndpoint(this.session.connection, id);
      return `${name} and its deliveries were deleted.`;
    });
  };

  protected override render(): TemplateResult {
    const add = () => {
      this.isAdding = true;
    };
    const seen = () => {
      this.secret = undefined;
    };
    return html`<section aria-labelledby="endpoints">
      <div class="head">
        <h2 id="endpoints">Endpoints</h2>
        <button type="button" class="primary" @click=${add}>New endpoint…</button>
      </div>
      ${this.notes()} ${this.#endpoints()} ${this.isAdding ? this.#adding() : nothing}
      ${this.toDelete ? this.#deleting(this.toDelete) : nothing} ${this.secret ? shownOnce(this.secret, seen) : nothing}
    </section>`;
  }

  #endpoints(): TemplateResult {
    return table<CallbackEndpoint>({
      caption: 'Endpoints',
      rows: this.endpoints,
      keyOf: ({ id }) => id,
      empty: 'No endpoints yet.',
      columns: [
        ['Name', ({ name }) => html`<span dir="auto">${name}</span>`],
        ['Address', ({ url }) => html`<span class="mono">${url}</span>`],
        ['Events', ({ events }) => html`<span title=${events.join(', ')}>${events.length}</span>`],
        ['State', ({ state }) => badge(state, state === 'disabled' ? 'bad' : '')],
        ['Actions', (endpoint) => this.#actions(endpoint)],
      ],
    });
  }

  #actions(endpoint: CallbackEndpoint): TemplateResult {
    const button = (text: string, act: () => unknown, kind = '') =>
      html`<button type="button" class=${kind} aria-label="${text}: ${endpoint.name}" @click=${act}>${text}</button>`;
    return html`<div class="row">
      ${button('Test', () => this.#test(endpoint))}
      ${button('Replay dead', () => this.#replayDead(endpoint))}
      ${button('New secret', () => this.#rotate(endpoint))}
      ${button(endpoint.state === 'enabled' ? 'Disable' : 'Enable', () => this.#switch(endpoint))}
      ${button(
        'Delete …',
        () => {
          this.toDelete = endpoint;
        },
        'danger',
      )}
    </div>`;
  }

  #adding(): TemplateResult {
    const closed = () => {
      this.isAdding = false;
    };
    return dialog(
      'New endpoint',
      closed,
      html`<form class="stack" @submit=${this.#add}>
        <label>Name <input name="name" required maxlength="255" autocomplete="off" autofocus /></label>
        <label>Address <input name="url" type="url" required placeholder="https://shop.example/events" /></label>
        <fieldset>
          <legend>Events</legend>
          ${usualEvents.map(
            (name) =>
              html`<label class="check"><input type="checkbox" name="events" value=${name} checked />${name}</label>`,
          )}
        </fieldset>
        <p class="muted">For other events and for receivers that need a token, use <code>aislechat callbacks</code> or the API.</p>
        <div class="row">
          <button type="submit" class="primary">Create</button>
          <button type="button" @click=${closeDialog}>Cancel</button>
        </div>
      </form>`,
    );
  }

  #deleting({ name }: CallbackEndpoint): TemplateResult {
    const closed = () => {
      this.toDelete = undefined;
    };
    return dialog(
      `Delete ${name}?`,
      closed,
      html`<p>Its deliveries are deleted too. Pending ones are never sent.</p>
        <div class="row">
          <button type="button" class="danger" @click=${this.#delete}>Delete</button>
          <button type="button" @click=${closeDialog}>Cancel</button>
        </div>`,
    );
  }
}

const secretOf = (name: string, secret: string): Shown => ({
  title: `Signing secret of ${name}`,
  note: 'Save it now: it cannot be shown again. After a rotation, callbacks are signed with the old secret too for 24 hours.',
  fields: [['Signing secret', secret]],
});

customElements.define('aislechat-console-endpoints', EndpointsView);
