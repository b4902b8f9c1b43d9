/** Deliveries, newest first, with their bodies, attempts and answers. Dead deliveries can be replayed. */
import {
  type CallbackDelivery,
  type CallbackDeliveryState,
  type CallbackDeliveryWithAttempts,
  type CallbackEndpoint,
  getCallbackDelivery,
  listCallbackDeliveries,
  listCallbackEndpoints,
  replayCallbackDelivery,
} from '@aislechat/client';
import { html, nothing, type TemplateResult } from 'lit';
import { badge, closeDialog, dialog, options, Pages, table, time } from './parts.ts';
import { hashOf } from './route.ts';
import { ConsoleView } from './view.ts';

const states = ['pending', 'delivered', 'dead'];
const perPage = 25;

const orderLink = ({ order_id }: CallbackDelivery): TemplateResult =>
  html`<a class="number" href=${hashOf('orders', String(order_id), { internal: 'true' })}>#${order_id}</a>`;

/** Easier to read with line breaks; otherwise as it is sent. */
const indented = (json: string): string => JSON.stringify(JSON.parse(json), null, 2);

const answered = (answer: string | undefined): TemplateResult =>
  answer === undefined
    ? html`<span class="muted">none</span>`
    : html`<code class="answer" dir="auto">${answer}</code>`;

export class DeliveriesView extends ConsoleView {
  static override properties = {
    endpoints: { state: true },
    deliveries: { state: true },
    opened: { state: true },
  };
  declare endpoints: CallbackEndpoint[] | undefined;
  declare deliveries: CallbackDelivery[] | undefined;
  /** The delivery whose body and attempts are shown. */
  declare opened: CallbackDeliveryWithAttempts | undefined;
  protected override readonly everyMs = 2_500;
  readonly #pages = new Pages(() => this.route);

  protected override async look(): Promise<void> {
    const { connection } = this.session;
    const { query } = this.route;
    const endpoint = query.get('endpoint_id');
    const asked = String(query);
    const [{ endpoints }, { deliveries, next }, opened] = await Promise.all([
      listCallbackEndpoints(connection),
      listCallbackDeliveries(connection, {
        // The server refuses an invalid value.
        state: (query.get('state') ?? undefined) as CallbackDeliveryState | undefined,
        endpoint_id: endpoint === null ? undefined : Number(endpoint),
        order_id: query.get('order_id') ?? undefined,
        limit: perPage,
        after: this.#pages.after,
      }),
      this.opened && getCallbackDelivery(connection, this.opened.id),
    ]);
    if (asked !== String(this.route.query)) return;
    this.endpoints = endpoints;
    this.deliveries = deliveries;
    this.#pages.next = next;
    // The dialog may have been closed meanwhile.
    if (this.opened && this.opened.id === opened?.id) this.opened = opened;
  }

  #replay(id: string): Promise<void> {
    return this.act(async () => {
      await replayCallbackDelivery(this.session.connection, id);
      return `${id} will be sent again with the same event ID.`;
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
    return html`<section aria-labelledby="deliveries">
      <h2 id="deliveries">Deliveries</h2>
      ${this.notes()} ${this.#filters()} ${this.#deliveries()} ${this.#pages.buttons()}
      ${this.opened ? this.#attempts(this.opened) : nothing}
    </section>`;
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
        ['Order', orderLink],
        ['Time', ({ event_timestamp }) => time(event_timestamp)],
        ['To', ({ endpoint_id }) => html`<span dir="auto">${names.get(endpoint_id) ?? endpoint_id}</span>`],
        ['State', ({ state }) => badge(state, state === 'dead' ? 'bad' : '')],
        ['Attempts', ({ attempts }) => attempts],
        ['Next attempt or end', ({ next_attempt_at, finished_at }) => time(next_attempt_at ?? finished_at)],
        [
          'Actions',
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

  #attempts(delivery: CallbackDeliveryWithAttempts): TemplateResult {
    const closed = () => {
      this.opened = undefined;
    };
    type Attempt = CallbackDeliveryWithAttempts['history'][number];
    return dialog(
      `Attempts of ${delivery.event_name}`,
      closed,
      html`<p>
          <span class="mono">${delivery.id}</span> ${badge(delivery.state, delivery.state === 'dead' ? 'bad' : '')}
          of order ${orderLink(delivery)}
        </p>
        <h3>Sent body</h3>
        <pre tabindex="0" role="region" aria-label="Sent body">${indented(delivery.payload)}</pre>
        <h3>Attempts</h3>
        ${table<Attempt>({
          caption: 'Attempts',
          rows: delivery.history,
          keyOf: ({ attempt }) => attempt,
          empty: 'No attempt has ended yet.',
          columns: [
            ['Attempt', ({ attempt }) => attempt],
            ['Ended', ({ at }) => time(at)],
            ['Duration', ({ duration_ms }) => `${duration_ms} ms`],
            ['Result', ({ status, error }) => status ?? error ?? '–'],
            ['Answer', ({ answer }) => answered(answer)],
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
customElements.define('aislechat-console-deliveries', DeliveriesView);
