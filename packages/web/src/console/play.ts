/**
 * Lets a developer play the shopper: read the chat as the shopper does, send messages, mark as read, assign the order,
 * move it to another state.
 */
import {
  assignShopper,
  getOrderTimeline,
  listOrders,
  type OrderSummaries,
  setOrderState,
  type WorkflowState,
} from '@aislechat/client';
import { createShopper, simulateShopperMessage, simulateShopperRead } from '@aislechat/client/sandbox';
import { css, html, nothing, type TemplateResult } from 'lit';
import { isolated } from '../names.ts';
import { submitting } from '../submitting.ts';
import { ofConversation } from './conversation.ts';
import { fieldsOf, options, plain } from './parts.ts';
import { hashOf } from './route.ts';
import { ConsoleView } from './view.ts';
import { workflowStates } from './workflow-states.ts';

type Order = OrderSummaries['orders'][number];

export class PlayView extends ConsoleView {
  static override properties = { orders: { state: true }, chosen: { state: true }, newest: { state: true } };
  declare orders: Order[] | undefined;
  /** The retailer's ID of the order. */
  declare chosen: string | undefined;
  /** The number of the last event of the chosen order that changes the conversation. */
  declare newest: number;
  protected override readonly everyMs = 3_000;
  /** How far the log of which order was read. */
  #followed = { id: '', after: 0 };

  protected override async look(): Promise<void> {
    this.orders = (await listOrders(this.session.connection, { active: true, limit: 50 })).orders;
    // A new order does not replace the chosen one.
    this.chosen ??= this.orders[0]?.order_id;
    const order = this.#order;
    if (order) await this.#lookAtEvents(order);
  }

  /** The log of the order says when there is something to read, so that nothing is read in vain. */
  async #lookAtEvents({ order_id }: Order): Promise<void> {
    const { id, after } = this.#followed;
    const from = order_id === id ? after : 0;
    const { events, next_after } = await getOrderTimeline(this.session.connection, order_id, { after: from });
    if (order_id !== this.#order?.order_id) return;
    this.#followed = { id: order_id, after: next_after };
    const newest = events.findLast(({ type }) => ofConversation.includes(type));
    if (newest) this.newest = newest.seq;
  }

  get #order(): Order | undefined {
    return this.orders?.find(({ order_id }) => order_id === this.chosen) ?? this.orders?.[0];
  }

  #say = (event: Event): void => {
    const { body = '' } = fieldsOf(event);
    const form = event.currentTarget as HTMLFormElement;
    const { order_id, shopper } = this.#order!;
    void this.act(async () => {
      const { connection } = this.session;
      await submitting(form, () => simulateShopperMessage(connection, shopper!.id, order_id, { body }));
      return 'Sent.';
    });
  };

  #read = (): Promise<void> =>
    this.act(async () => {
      const { order_id, shopper } = this.#order!;
      const { messages_read_count: count } = await simulateShopperRead(
        this.session.connection,
        shopper!.id,
        order_id,
      );
      return `${count} ${count === 1 ? 'message' : 'messages'} marked as read.`;
    });

  #move = (event: Event): void => {
    const { workflow_state } = fieldsOf(event);
    const { order_id } = this.#order!;
    void this.act(async () => {
      await setOrderState(this.session.connection, order_id, {
        workflow_state: workflow_state as WorkflowState,
      });
      return `${order_id} is ${plain(workflow_state!)}.`;
    });
  };

  #handOver = (event: Event): void => {
    const { display_name = '' } = fieldsOf(event);
    const form = event.currentTarget as HTMLFormElement;
    const { order_id } = this.#order!;
    void this.act(async () => {
      const { connection } = this.session;
      await submitting(form, async () => {
        const { id } = await createShopper(connection, { display_name });
        await assignShopper(connection, order_id, { shopper_id: id });
      });
      return `${order_id} was handed over to ${isolated(display_name)}.`;
    });
  };

  protected override render(): TemplateResult {
    const { orders } = this;
    const order = this.#order;
    return html`<section aria-labelledby="play">
      <h2 id="play">Play as shopper</h2>
      ${this.notes()}
      ${orders?.length === 0 ? html`<p class="muted">No order is in progress. Run a scenario to create one.</p>` : nothing}
      ${order ? this.#controls(order) : nothing}
    </section>`;
  }

  #controls(order: Order): TemplateResult {
    const choose = (event: Event) => {
      this.chosen = (event.target as HTMLSelectElement).value;
      void this.lookAgain();
    };
    return html`<label>
        Order
        <select @change=${choose}>
          ${this.orders!.map(
            ({ order_id, workflow_state }) =>
              html`<option value=${order_id} .selected=${order_id === order.order_id}>${order_id}, ${plain(workflow_state)}</option>`,
          )}
        </select>
      </label>
      <p class="below">
        ${order.shopper ? `Assigned to shopper #${order.shopper.id}.` : 'No shopper yet.'}
        <a href=${hashOf('orders', order.order_id)}>Open the order</a>
      </p>
      ${
        order.shopper
          ? html`<aislechat-console-conversation
                .session=${this.session}
                .orderId=${order.order_id}
                .player=${order.shopper.id}
                .newest=${this.newest}
              ></aislechat-console-conversation>
              <form class="row" @submit=${this.#say}>
              <label class="wide">As the shopper <input name="body" required maxlength="1000" dir="auto" autocomplete="off" /></label>
              <button type="submit" class="primary">Send</button>
              <button type="button" @click=${this.#read}>Mark all as read</button>
            </form>`
          : nothing
      }
      <form class="row" @submit=${this.#move}>
        <label>State <select name="workflow_state">${options(workflowStates, order.workflow_state)}</select></label>
        <button type="submit">Move</button>
      </form>
      <form class="row" @submit=${this.#handOver}>
        <label>Another shopper <input name="display_name" required maxlength="255" value="Jonah" /></label>
        <button type="submit">Hand over</button>
      </form>`;
  }

  static override styles = [
    ...ConsoleView.styles,
    css`
      .below {
        margin-block-start: 0.5rem;
      }
    `,
  ];
}
customElements.define('aislechat-console-play', PlayView);
