/** One order: its state, participants, timeline, conversation and audit entries. It follows the order live. */
import {
  type AuditEntries,
  getOrderOverview,
  getOrderTimeline,
  listAudit,
  type OrderOverview,
  type OrderTimeline,
} from '@aislechat/client';
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { auditTable } from './audit.ts';
import { type Names, ofConversation } from './conversation.ts';
import './order-actions.ts';
import { badge, plain, table, time } from './parts.ts';
import { hashOf } from './route.ts';
import { ConsoleView } from './view.ts';

type Happening = OrderTimeline['events'][number];
const perPage = 500;

export class OrderView extends ConsoleView {
  static override properties = {
    order: { state: true },
    events: { state: true },
    entries: { state: true },
    names: { state: true },
  };
  declare order: OrderOverview | undefined;
  declare events: Happening[];
  declare entries: AuditEntries['entries'] | undefined;
  /** Known once the conversation has been read with a reason. */
  declare names: Names;
  protected override readonly everyMs = 2_000;
  /** Whether something changed that the timeline does not have. */
  #isStale = false;

  constructor() {
    super();
    this.events = [];
    this.names = new Map();
  }

  get #id(): string {
    return this.route.id!;
  }

  protected override willUpdate(changed: PropertyValues): void {
    const before = changed.get('route') as typeof this.route | undefined;
    if (!before?.id || (before.id === this.route.id && String(before.query) === String(this.route.query)))
      return;
    this.order = undefined;
    this.events = [];
    this.entries = undefined;
    this.names = new Map();
    void this.lookAgain();
  }

  protected override async look(): Promise<void> {
    const { connection } = this.session;
    const id = this.#id;
    if (this.route.query.has('internal')) {
      const { order_id } = await getOrderOverview(connection, id, { internalIds: true });
      if (id === this.#id) location.replace(hashOf('orders', order_id));
      return;
    }
    const fresh = await this.#newEvents();
    const isStale = this.#isStale || fresh.length > 0 || !this.order;
    this.#isStale = false;
    const overview = isStale ? await getOrderOverview(connection, id) : this.order!;
    const { entries } = await listAudit(connection, { order_id: id, limit: 50 });
    if (id !== this.#id) return;
    this.order = overview;
    this.entries = entries;
    // Two requests may have fetched the same events.
    const last = this.events.at(-1)?.seq ?? 0;
    this.events = [...this.events, ...fresh.filter(({ seq }) => seq > last)];
  }

  async #newEvents(): Promise<Happening[]> {
    const events: Happening[] = [];
    for (let after = this.events.at(-1)?.seq ?? 0; ; ) {
      const page = await getOrderTimeline(this.session.connection, this.#id, { after });
      events.push(...page.events);
      if (page.events.length < perPage) return events;
      after = page.next_after;
    }
  }

  protected override render(): TemplateResult {
    const { order } = this;
    return html`<p><a href="#/orders">All orders</a></p>
      <h1 tabindex="-1">Order ${this.#id}</h1>
      ${this.notes()}
      ${order ? this.#order(order) : html`<p class="muted" role="status">${this.silence ? '' : 'Loading…'}</p>`}`;
  }

  #order(order: OrderOverview): TemplateResult {
    const newest = this.events.findLast(({ type }) => ofConversation.includes(type))?.seq ?? 0;
    return html`<div class="columns">
        <div>
          ${this.#stands(order)}
          <section class="card" aria-labelledby="conversation">
            <h2 id="conversation">Conversation</h2>
            <aislechat-console-conversation
              .session=${this.session}
              .orderId=${order.order_id}
              .newest=${newest}
              @names=${(event: CustomEvent<Names>) => {
                this.names = event.detail;
                void this.lookAgain();
              }}
            ></aislechat-console-conversation>
          </section>
        </div>
        <div>
          <section class="card" aria-labelledby="participants">
            <h2 id="participants">Participants</h2>
            ${this.#participants(order)}
          </section>
          ${
            this.session.isAgent
              ? nothing
              : html`<section class="card" aria-labelledby="actions">
                  <h2 id="actions">Actions</h2>
                  <aislechat-console-order-actions
                    .session=${this.session}
                    .order=${order}
                    @changed=${() => {
                      this.#isStale = true;
                      void this.lookAgain();
                    }}
                  ></aislechat-console-order-actions>
                </section>`
          }
          <section class="card" aria-labelledby="timeline">
            <h2 id="timeline">Timeline</h2>
            <ol class="timeline" reversed tabindex="0" aria-labelledby="timeline">
              ${this.events.toReversed().map((event) => html`<li>${time(event.at)} ${this.#describe(event)}</li>`)}
            </ol>
          </section>
        </div>
      </div>
      <section class="card" aria-labelledby="audit">
        <h2 id="audit">Access and changes</h2>
        ${auditTable(this.entries, 'No entries for this order yet.')}
      </section>`;
  }

  #stands(order: OrderOverview): TemplateResult {
    const erasures = order.erasures.map(
      ({ erased_at, messages, verified_at }) =>
        html`<div>${time(erased_at)}: ${messages} ${messages === 1 ? 'message' : 'messages'}, ${verified_at ? 'verified' : 'not verified yet'}</div>`,
    );
    return html`<section class="card" aria-labelledby="stands">
      <h2 id="stands">Order</h2>
      <dl>
        <dt>State</dt>
        <dd>${badge(order.workflow_state)} ${order.cancellation_reason ? plain(order.cancellation_reason) : ''}</dd>
        <dt>Internal ID</dt>
        <dd class="mono">${order.id}</dd>
        <dt>Type</dt>
        <dd>${plain(order.fulfillment_type)}</dd>
        <dt>Created</dt>
        <dd>${time(order.created_at)}</dd>
        <dt>Ended</dt>
        <dd>${time(order.ended_at)}</dd>
        <dt>Chat until</dt>
        <dd>${time(order.expires_at)} ${order.is_expired ? badge('expired') : ''}</dd>
        <dt>Messages</dt>
        <dd>
          ${order.messages}; unread by the customer ${order.unread_by_user}, by shoppers ${order.unread_by_shopper}
        </dd>
        <dt>Erased</dt>
        <dd>${erasures.length > 0 ? erasures : '–'}</dd>
      </dl>
    </section>`;
  }

  #participants({ user, shoppers, shopper }: OrderOverview): TemplateResult {
    interface Person {
      role: string;
      id: number;
      own: string | undefined;
      since: string | undefined;
    }
    const people: Person[] = [
      { role: 'customer', id: user.id, own: user.user_id, since: undefined },
      ...shoppers.map((one) => ({
        role: one.id === shopper?.id ? 'current shopper' : 'former shopper',
        id: one.id,
        own: one.shopper_id,
        since: one.assigned_at,
      })),
    ];
    return table<Person>({
      caption: 'Participants',
      rows: people,
      keyOf: ({ id, since }) => `${id} ${since}`,
      empty: '',
      columns: [
        [
          'Person',
          ({ role, id }) =>
            html`${role}${this.names.has(id) ? html`: <span dir="auto">${this.names.get(id)}</span>` : ''}`,
        ],
        ['Internal ID', ({ id }) => html`<span class="mono">${id}</span>`],
        ['Your ID', ({ own }) => own ?? '–'],
        ['Since', ({ since }) => time(since)],
      ],
    });
  }

  #describe(event: Happening): unknown {
    const who = event.sender_type === 'driver' ? 'the shopper' : 'the customer';
    switch (event.type) {
      case 'state_changed':
        return html`state ${event.from ? html`${plain(event.from)} → ` : ''}<strong>${plain(event.to!)}</strong>`;
      case 'shopper_assigned':
        return `assigned to ${this.names.get(event.shopper_id!) ?? `shopper #${event.shopper_id}`}`;
      case 'message':
        return `${who} wrote`;
      case 'messages_read':
        return `${event.count} of ${who}’s messages read`;
      case 'lifecycle_message':
        return `notice: ${plain(event.kind!)}`;
      case 'replacement_answered':
        return `replacement ${plain(event.status!)} by the customer`;
      default:
        return plain(event.type);
    }
  }

  static override styles = [
    ...ConsoleView.styles,
    css`
      .timeline {
        margin: 0;
        padding-inline-start: 2rem;
        max-block-size: 32rem;
        overflow-y: auto;
      }
      .timeline time {
        color: var(--_muted);
        font-size: 0.875rem;
      }
    `,
  ];
}
customElements.define('aislechat-console-order', OrderView);
