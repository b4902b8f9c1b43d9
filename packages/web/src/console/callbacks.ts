/** Where events are sent to, what became of each, and sending again what was given up. */
import {
  type CallbackDelivery,
  type CallbackDeliveryWithAttempts,
  type CallbackEndpoint,
  changeCallbackEndpoint,
  createCallbackEndpoint,
  deleteCallbackEndpoint,
  getCallbackDelivery,
  listCallbackDeliveries,
  listCallbackEndpoints,
  replayCallbackDelivery,
  replayDeadCallbacks,
  rotateCallbackSecret,
  testCallbackEndpoint,
} from '@aislechat/client';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { badge, closeDialog, copyable, dialog, fieldsOf, options, Pages, table, time } from './parts.ts';
import { hashOf } from './route.ts';
import { ConsoleView } from './view.ts';

const states = ['pending', 'delivered', 'dead'];
/** So far back what was given up is sent again. */
const replayMs = 7 * 24 * 3_600_000;
type EventName = CallbackEndpoint['events'][number];
const everyEvent: EventName[] = [
  'chat_message_created',
  'fulfillment.brand_new',
  'fulfillment.acknowledged',
  'fulfillment.picking',
  'fulfillment.delivering',
  'fulfillment.delivered',
  'fulfillment.canceled',
];

export class CallbacksView extends ConsoleView {
  static override properties = {
    endpoints: { state: true },
    deliveries: { state: true },
    opened: { state: true },
    secret: { state: true },
    doomed: { state: true },
    isAdding: { state: true },
  };
  declare endpoints: CallbackEndpoint[] | undefined;
  declare deliveries: CallbackDelivery[] | undefined;
  /** The delivery whose attempts are looked at. */
  declare opened: CallbackDeliveryWithAttempts | undefined;
  declare secret: { name: string; text: string } | undefined;
  /** The endpoint that is to go, if the answer is yes. */
  declare doomed: CallbackEndpoint | undefined;
  declare isAdding: boolean;
  protected override readonly everyMs = 2_500;
  readonly #pages = new Pages();

  protected override willUpdate(changed: PropertyValues): void {
    const before = changed.get('route') as typeof this.route | undefined;
    if (!before || String(before.query) === String(this.route.query)) return;
    this.#pages.reset();
    void this.lookAgain();
  }

  protected override async look(): Promise<void> {
    const { connection } = this.session;
    const { query } = this.route;
    const asked = String(query) + this.#pages.after;
    const [{ endpoints }, { deliveries, next }] = await Promise.all([
      listCallbackEndpoints(connection),
      listCallbackDeliveries(connection, {
        state: query.get('state') ?? undefined,
        endpoint_id: query.get('endpoint_id') ?? undefined,
        order_id: query.get('order_id') ?? undefined,
        limit: 25,
        after: this.#pages.after,
      }),
    ]);
    if (asked !== String(this.route.query) + this.#pages.after) return;
    this.endpoints = endpoints;
    this.deliveries = deliveries;
    this.#pages.next = next;
    if (this.opened) this.opened = await getCallbackDelivery(connection, this.opened.id);
  }

  #add = (event: Event): void => {
    const { name = '', url = '' } = fieldsOf(event);
    const events = new FormData(event.currentTarget as HTMLFormElement).getAll('events') as EventName[];
    closeDialog(event);
    void this.act(async () => {
      const { signing_secret } = await createCallbackEndpoint(this.session.connection, { name, url, events });
      this.secret = { name, text: signing_secret };
      return undefined;
    });
  };

  #test({ id, name }: CallbackEndpoint): Promise<void> {
    return this.act(async () => {
      const { status, error, duration_ms } = await testCallbackEndpoint(this.session.connection, id, {});
      return `${name} answered a sample with ${status ?? error} in ${duration_ms} ms.`;
    });
  }

  #rotate({ id, name }: CallbackEndpoint): Promise<void> {
    return this.act(async () => {
      const { signing_secret } = await rotateCallbackSecret(this.session.connection, id);
      this.secret = { name, text: signing_secret };
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
      return `${replayed} that were given up are sent again.`;
    });
  }

  #delete = (event: Event): void => {
    const { id, name } = this.doomed!;
    closeDialog(event);
    void this.act(async () => {
      await deleteCallbackEndpoint(this.session.connection, id);
      return `${name} is gone, with what was to be sent to it.`;
    });
  };

  #replay(id: string): Promise<void> {
    return this.act(async () => {
      await replayCallbackDelivery(this.session.connection, id);
      return `${id} is sent again, under the same ID.`;
    });
  }

  #open(id: string): Promise<void> {
    return this.act(async () => {
      this.opened = await getCallbackDelivery(this.session.connection, id);
      return undefined;
    });
  }

  #filter = (event: Event): void => {
    const form = (event.target as HTMLInputElement).form!;
    const fields = Object.fromEntries(
      [...new FormData(form)].map(([name, value]) => [name, String(value).trim()]),
    );
    location.hash = hashOf('callbacks', undefined, fields);
  };

  protected override render(): TemplateResult {
    return html`<div class="head">
        <h1 tabindex="-1">Callbacks</h1>
        <button type="button" class="primary" @click=${() => {
          this.isAdding = true;
        }}>
          New endpoint …
        </button>
      </div>
      ${this.notes()}
      <section class="card" aria-labelledby="endpoints">
        <h2 id="endpoints">Endpoints</h2>
        ${this.#endpoints()}
      </section>
      <section class="card" aria-labelledby="deliveries">
        <h2 id="deliveries">Deliveries</h2>
        ${this.#filters()} ${this.#deliveries()} ${this.#pages.buttons(() => void this.lookAgain())}
      </section>
      ${this.isAdding ? this.#adding() : nothing} ${this.doomed ? this.#deleting(this.doomed) : nothing}
      ${this.secret ? this.#secret(this.secret) : nothing} ${this.opened ? this.#attempts(this.opened) : nothing}`;
  }

  #endpoints(): TemplateResult {
    return table<CallbackEndpoint>({
      caption: 'Endpoints',
      rows: this.endpoints,
      keyOf: ({ id }) => id,
      empty: 'Nothing is sent anywhere yet.',
      columns: [
        ['Name', ({ name }) => html`<span dir="auto">${name}</span>`],
        ['Address', ({ url }) => html`<span class="mono">${url}</span>`],
        ['Events', ({ events }) => html`<span title=${events.join(', ')}>${events.length}</span>`],
        ['State', ({ state }) => badge(state, state === 'disabled' ? 'bad' : '')],
        ['Do', (endpoint) => this.#actions(endpoint)],
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
          this.doomed = endpoint;
        },
        'danger',
      )}
    </div>`;
  }

  #filters(): TemplateResult {
    const { query } = this.route;
    return html`<form class="row" aria-label="Filter" @change=${this.#filter} @submit=${(event: Event) => event.preventDefault()}>
      <label>State
        <select name="state">
          <option value="">Any</option>
          ${options(states, query.get('state') ?? undefined)}
        </select>
      </label>
      <label>Endpoint
        <select name="endpoint_id">
          <option value="">Any</option>
          ${this.endpoints?.map(
            ({ id, name }) =>
              html`<option value=${id} .selected=${String(id) === query.get('endpoint_id')}>${name}</option>`,
          )}
        </select>
      </label>
      <label>Order ID <input name="order_id" .value=${query.get('order_id') ?? ''} spellcheck="false" /></label>
    </form>`;
  }

  #deliveries(): TemplateResult {
    const names = new Map(this.endpoints?.map(({ id, name }) => [id, name]));
    return table<CallbackDelivery>({
      caption: 'Deliveries',
      rows: this.deliveries,
      keyOf: ({ id }) => id,
      empty: 'No deliveries.',
      columns: [
        ['Event', ({ event_name }) => html`<span class="mono">${event_name}</span>`],
        ['When', ({ event_timestamp }) => time(event_timestamp)],
        ['To', ({ endpoint_id }) => html`<span dir="auto">${names.get(endpoint_id) ?? endpoint_id}</span>`],
        ['State', ({ state }) => badge(state, state === 'dead' ? 'bad' : '')],
        ['Attempts', ({ attempts }) => attempts],
        ['Next, or finished', ({ next_attempt_at, finished_at }) => time(next_attempt_at ?? finished_at)],
        [
          'Do',
          ({ id, event_name, state }) =>
            html`<div class="row">
              <button type="button" aria-label="Attempts of ${event_name} ${id}" @click=${() => this.#open(id)}>Attempts</button>
              ${
                state === 'pending'
                  ? nothing
                  : html`<button type="button" aria-label="Replay ${event_name} ${id}" @click=${() => this.#replay(id)}>Replay</button>`
              }
            </div>`,
        ],
      ],
    });
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
          ${everyEvent.map(
            (name) =>
              html`<label class="check"><input type="checkbox" name="events" value=${name} checked />${name}</label>`,
          )}
        </fieldset>
        <p class="muted">All events, and tokens of the receiver: <code>aislechat callbacks</code>, or the API.</p>
        <div class="row">
          <button type="submit" class="primary">Make it</button>
          <button type="button" @click=${closeDialog}>Cancel</button>
        </div>
      </form>`,
    );
  }

  #deleting({ name }: CallbackEndpoint): TemplateResult {
    const closed = () => {
      this.doomed = undefined;
    };
    return dialog(
      `Delete ${name}?`,
      closed,
      html`<p>What was to be sent to it is forgotten too.</p>
        <div class="row">
          <button type="button" class="danger" @click=${this.#delete}>Delete it</button>
          <button type="button" @click=${closeDialog}>Keep it</button>
        </div>`,
    );
  }

  #secret({ name, text }: { name: string; text: string }): TemplateResult {
    const closed = () => {
      this.secret = undefined;
    };
    return dialog(
      `The signing secret of ${name}`,
      closed,
      html`<p>Keep it now: it cannot be shown again. A former one signs beside it for 24 hours.</p>
        ${copyable('Signing secret', text)}
        <button type="button" class="primary" @click=${closeDialog}>I have it</button>`,
    );
  }

  #attempts(delivery: CallbackDeliveryWithAttempts): TemplateResult {
    const closed = () => {
      this.opened = undefined;
    };
    type Attempt = CallbackDeliveryWithAttempts['history'][number];
    return dialog(
      `Attempts of ${delivery.event_name}`,
      closed,
      html`<p><span class="mono">${delivery.id}</span> ${badge(delivery.state, delivery.state === 'dead' ? 'bad' : '')}</p>
        ${table<Attempt>({
          caption: 'Attempts',
          rows: delivery.history,
          keyOf: ({ attempt }) => attempt,
          empty: 'No attempt ended yet.',
          columns: [
            ['Attempt', ({ attempt }) => attempt],
            ['Ended', ({ at }) => time(at)],
            ['Took', ({ duration_ms }) => `${duration_ms} ms`],
            ['Answer', ({ status, error }) => status ?? error ?? '–'],
          ],
        })}
        <div class="row">
          ${
            delivery.state === 'pending'
              ? nothing
              : html`<button type="button" class="primary" @click=${() => this.#replay(delivery.id)}>Replay</button>`
          }
          <button type="button" @click=${closeDialog}>Close</button>
        </div>`,
    );
  }
}
customElements.define('aislechat-console-callbacks', CallbacksView);
