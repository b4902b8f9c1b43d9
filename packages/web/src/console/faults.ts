/** Fault injection: the faults that affect the retailer's clients. */
import type { Faults, FaultsRequest } from '@aislechat/client';
import { clearFaults, getFaults, setFaults } from '@aislechat/client/sandbox';
import { html, nothing, type TemplateResult } from 'lit';
import { fieldsOf, plain, table } from './parts.ts';
import { ConsoleView } from './view.ts';

type Rule = FaultsRequest['rules'][number];
const effects = {
  status: 'respond with a status',
  delay: 'delay the response',
  reset: 'reset the connection',
  answer_lost: 'process the request, drop the response',
  cut: 'truncate the response',
  chat_disabled: 'refuse sending',
  shopper_swap: 'swap the shopper',
  callback_duplicate: 'send callbacks twice',
  callback_reorder: 'send callbacks out of order',
} satisfies Record<Rule['effect'], string>;
const statuses = [401, 429, 500, 503];
const theirRoutes = ['sendMessage', 'getChat', 'markMessagesRead', 'getOrderMessages', 'getOrderStatus'];

export class FaultsView extends ConsoleView {
  static override properties = { rules: { state: true }, effect: { state: true } };
  declare rules: Faults['rules'] | undefined;
  declare effect: Rule['effect'];
  protected override readonly everyMs = 2_500;

  constructor() {
    super();
    this.effect = 'status';
  }

  protected override async look(): Promise<void> {
    this.rules = (await getFaults(this.session.connection)).rules;
  }

  #add = (event: Event): void => {
    const { route, status, delay_ms, count, share } = fieldsOf(event);
    const { effect } = this;
    const rule: Rule = { name: `console-${Date.now().toString(36)}`, effect };
    if (route && !effect.startsWith('callback')) rule.route = route;
    if (effect === 'status') rule.status = Number(status) as NonNullable<Rule['status']>;
    if (effect === 'delay') rule.delay_ms = Number(delay_ms);
    if (count) rule.count = Number(count);
    if (share) rule.share = Number(share) / 100;
    void this.act(async () => {
      const before = (this.rules ?? []).map(({ matched: _, struck: __, ...kept }) => kept);
      await setFaults(this.session.connection, { rules: [...before, rule] });
      return 'The fault is active.';
    });
  };

  #clear = (): Promise<void> =>
    this.act(async () => {
      await clearFaults(this.session.connection);
      return 'All faults were removed.';
    });

  protected override render(): TemplateResult {
    return html`<section aria-labelledby="faults">
      <h2 id="faults">Fault injection</h2>
      ${this.notes()} ${this.#form()}
      ${table<Faults['rules'][number]>({
        caption: 'Faults',
        rows: this.rules,
        keyOf: ({ name }) => name,
        empty: 'No faults are active.',
        columns: [
          [
            'Fault',
            ({ effect, status, delay_ms }) =>
              `${plain(effect)} ${status ?? ''}${delay_ms ? `${delay_ms} ms` : ''}`,
          ],
          [
            'Where',
            ({ route, path, event }) =>
              html`<span class="mono">${route ?? path ?? event ?? 'anywhere'}</span>`,
          ],
          ['Injected', ({ matched, struck }) => `${struck} of ${matched}`],
        ],
      })}
      ${this.rules?.length ? html`<p><button type="button" @click=${this.#clear}>Clear all</button></p>` : nothing}
    </section>`;
  }

  #form(): TemplateResult {
    const chosen = (event: Event) => {
      this.effect = (event.target as HTMLSelectElement).value as Rule['effect'];
    };
    return html`<form class="row" @submit=${this.#add}>
      <label>Fault
        <select name="effect" @change=${chosen}>
          ${Object.entries(effects).map(([effect, text]) => html`<option value=${effect} .selected=${effect === this.effect}>${text}</option>`)}
        </select>
      </label>
      <label>Where
        <select name="route">
          ${theirRoutes.map((route, n) => html`<option .selected=${n === 0}>${route}</option>`)}
          <option value="">everywhere</option>
        </select>
      </label>
      ${this.effect === 'status' ? html`<label>Status <select name="status">${statuses.map((status) => html`<option .selected=${status === 503}>${status}</option>`)}</select></label>` : nothing}
      ${this.effect === 'delay' ? html`<label>Milliseconds <input name="delay_ms" type="number" min="1" max="20000" value="2000" required /></label>` : nothing}
      <label>Maximum count <input name="count" type="number" min="0" max="1000000" placeholder="always" /></label>
      <label>Percentage of requests <input name="share" type="number" min="0" max="100" placeholder="100" /></label>
      <button type="submit" class="primary">Add</button>
    </form>`;
  }
}
customElements.define('aislechat-console-faults', FaultsView);
