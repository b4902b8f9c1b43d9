/**
 * The scenarios that come with the server. They play both sides of an order, in real time, all at once, or step by
 * step.
 */

import type { Scenario } from '@aislechat/client';
import { getScenario, runScenario, stepScenario } from '@aislechat/client/sandbox';
import { html, nothing, type TemplateResult } from 'lit';
import { badge, fieldsOf, plain, time } from './parts.ts';
import { hashOf } from './route.ts';
import { ConsoleView } from './view.ts';

const names = ['happy-delivery', 'replacement', 'hand-over', 'silent-shopper', 'pickup', 'canceled'];
const paces = { real: 'in real time', fast: 'all at once', step: 'step by step' } satisfies Record<
  Scenario['pace'],
  string
>;

export class ScenariosView extends ConsoleView {
  static override properties = { scenario: { state: true } };
  declare scenario: Scenario | undefined;
  protected override readonly everyMs = 1_000;

  protected override async look(): Promise<void> {
    if (this.scenario?.state !== 'running') return;
    this.scenario = await getScenario(this.session.connection, this.scenario.id);
  }

  #run = (event: Event): void => {
    const { name = '', pace, seed } = fieldsOf(event);
    void this.act(async () => {
      const request = { name, pace: pace as Scenario['pace'], seed: Number(seed) };
      this.scenario = await runScenario(this.session.connection, request);
      return undefined;
    });
  };

  #step = (): Promise<void> =>
    this.act(async () => {
      this.scenario = await stepScenario(this.session.connection, this.scenario!.id);
      return undefined;
    });

  protected override render(): TemplateResult {
    return html`<section aria-labelledby="scenarios">
      <h2 id="scenarios">Scenarios</h2>
      ${this.notes()}
      <form class="row" @submit=${this.#run}>
        <label>Scenario <select name="name">${names.map((name) => html`<option>${name}</option>`)}</select></label>
        <label>Pace
          <select name="pace">
            ${Object.entries(paces).map(([pace, text]) => html`<option value=${pace} .selected=${pace === 'fast'}>${text}</option>`)}
          </select>
        </label>
        <label>Seed <input name="seed" type="number" min="0" max="4294967295" value="0" required /></label>
        <button type="submit" class="primary">Run</button>
      </form>
      ${this.scenario ? this.#played(this.scenario) : nothing}
    </section>`;
  }

  #played({ name, state, order_id, position, steps, done, due_at, problem, pace }: Scenario): TemplateResult {
    return html`<p>
        ${name}: ${badge(state, state === 'failed' ? 'bad' : '')} ${position} of ${steps} steps, order
        <a href=${hashOf('orders', order_id)}>${order_id}</a>
        ${due_at ? html`, next at ${time(due_at)}` : nothing}
      </p>
      ${problem ? html`<p class="problem">Step ${problem.step}: ${problem.message}</p>` : nothing}
      ${pace === 'step' && state === 'running' ? html`<p><button type="button" @click=${this.#step}>Next step</button></p>` : nothing}
      <ol>
        ${done.map(
          ({ action, body, sender_type }) =>
            html`<li>${plain(action)}${sender_type ? ` (${sender_type === 'user' ? 'customer' : 'shopper'})` : ''}${body ? html`: <span dir="auto">${body}</span>` : ''}</li>`,
        )}
      </ol>`;
  }
}
customElements.define('aislechat-console-scenarios', ScenariosView);
