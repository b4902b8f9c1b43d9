/** Notifications, newest first, with the reason of each refusal; those that ended can be replayed, and people tested. */
import {
  listNotifications,
  type Notification as Notice,
  type NotificationChannel,
  type NotificationState,
  replayNotification,
  testNotification,
} from '@aislechat/client';
import { html, nothing, type TemplateResult } from 'lit';
import { badge, options, Pages, table, time } from './parts.ts';
import { hashOf } from './route.ts';
import { ConsoleView } from './view.ts';

const states = ['pending', 'sent', 'seen', 'dropped', 'dead'];
const channels = ['push', 'sms'];
const perPage = 25;

export class NotificationsView extends ConsoleView {
  static override properties = { notifications: { state: true } };
  declare notifications: Notice[] | undefined;
  protected override readonly everyMs = 2_500;
  readonly #pages = new Pages(() => this.route);

  protected override async look(): Promise<void> {
    const { query } = this.route;
    const asked = String(query);
    const { notifications, next } = await listNotifications(this.session.connection, {
      // The server refuses an invalid value.
      state: (query.get('state') ?? undefined) as NotificationState | undefined,
      channel: (query.get('channel') ?? undefined) as NotificationChannel | undefined,
      order_id: query.get('order_id') ?? undefined,
      limit: perPage,
      after: this.#pages.after,
    });
    if (asked !== String(this.route.query)) return;
    this.notifications = notifications;
    this.#pages.next = next;
  }

  #filter = (event: Event): void => {
    const form = (event.target as HTMLInputElement).form!;
    const fields = Object.fromEntries(
      [...new FormData(form)].map(([name, value]) => [name, String(value).trim()]),
    );
    location.hash = hashOf('notifications', undefined, fields);
  };

  #replay(id: number): Promise<void> {
    return this.act(async () => {
      await replayNotification(this.session.connection, String(id));
      return `${id} will be sent again, if it is still needed.`;
    });
  }

  #test = (event: Event): void => {
    event.preventDefault();
    const fields = new FormData(event.target as HTMLFormElement);
    const id = String(fields.get('id')).trim();
    const body = fields.get('who') === 'shopper' ? { shopper_id: id } : { order_id: id };
    void this.act(async () => {
      const { results } = await testNotification(this.session.connection, body);
      if (results.length === 0) return `${id} has neither a device nor a number.`;
      return results.map(({ channel, sent, reason }) => `${channel}: ${sent ? 'sent' : reason}`).join(', ');
    });
  };

  protected override render(): TemplateResult {
    const { query } = this.route;
    return html`<h1 tabindex="-1">Notifications</h1>
      <section class="card">
        ${this.notes()}
        <form class="row" aria-label="Test" @submit=${this.#test}>
          <label>Notify
            <select name="who"><option value="shopper">the shopper</option><option value="order">the customer of order</option></select>
          </label>
          <label>ID <input name="id" required spellcheck="false" /></label>
          <button type="submit">Send a test</button>
        </form>
      </section>
      <section class="card">
        <form class="row" aria-label="Filter" @change=${this.#filter} @submit=${(event: Event) => event.preventDefault()}>
          <label>State
            <select name="state"><option value="">Any</option>${options(states, query.get('state') ?? undefined)}</select>
          </label>
          <label>Channel
            <select name="channel"><option value="">Any</option>${options(channels, query.get('channel') ?? undefined)}</select>
          </label>
          <label>Order ID <input name="order_id" .value=${query.get('order_id') ?? ''} spellcheck="false" /></label>
        </form>
        ${this.#list()} ${this.#pages.buttons()}
      </section>`;
  }

  #list(): TemplateResult {
    return table<Notice>({
      caption: 'Notifications',
      rows: this.notifications,
      keyOf: ({ id }) => id,
      empty: 'No notifications.',
      columns: [
        ['About', ({ kind, events }) => (events > 1 ? `${kind} (${events})` : kind)],
        ['Time', ({ at }) => time(at)],
        ['To', ({ recipient }) => (recipient === 'user' ? 'customer' : 'shopper')],
        ['Order', ({ order_id }) => order_id],
        ['State', ({ state }) => badge(state, state === 'dead' ? 'bad' : '')],
        ['Channel', ({ channel }) => channel ?? '–'],
        ['Reason', ({ reason }) => reason ?? '–'],
        ['Next attempt or end', ({ next_attempt_at, finished_at }) => time(next_attempt_at ?? finished_at)],
        [
          'Actions',
          ({ id, state }) =>
            state === 'pending'
              ? nothing
              : html`<button type="button" aria-label="Replay ${id}" @click=${() => this.#replay(id)}>Replay</button>`,
        ],
      ],
    });
  }
}
customElements.define('aislechat-console-notifications', NotificationsView);
