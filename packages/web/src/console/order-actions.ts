/** What an operator does with an order: another state, another shopper, a closed chat, and its people's data. */
import {
  assignShopper,
  closeChat,
  eraseShopper,
  eraseUser,
  exportShopper,
  exportUser,
  type OrderOverview,
  reopenChat,
  setOrderState,
  type WorkflowState,
} from '@aislechat/client';
import { html, nothing, type TemplateResult } from 'lit';
import { submitting } from '../submitting.ts';
import { closeDialog, dialog, fieldsOf, options, plain, saveFile } from './parts.ts';
import { ConsoleView } from './view.ts';
import { workflowStates } from './workflow-states.ts';

interface Person {
  kind: 'customer' | 'shopper';
  id: number;
  /** How the page names them: by the retailer's ID, or by ours. */
  called: string;
}

export class OrderActions extends ConsoleView {
  static override properties = { order: { attribute: false }, toErase: { state: true } };
  declare order: OrderOverview;
  /** The person whose erasure waits to be confirmed. */
  declare toErase: Person | undefined;

  /** The page of the order loads what these actions change. */
  protected override async look(): Promise<void> {}

  #do(work: () => Promise<string>): void {
    void this.act(async () => {
      const done = await work();
      this.dispatchEvent(new Event('changed'));
      return done;
    });
  }

  #move = (event: Event): void => {
    const { workflow_state = '' } = fieldsOf(event);
    this.#do(async () => {
      await setOrderState(this.session.connection, this.order.order_id, {
        workflow_state: workflow_state as WorkflowState,
      });
      return `The order is ${plain(workflow_state)}.`;
    });
  };

  #assign = (event: Event): void => {
    const { shopper = '' } = fieldsOf(event);
    const form = event.currentTarget as HTMLFormElement;
    const number = /^#(\d{1,15})$/.exec(shopper)?.[1];
    this.#do(async () => {
      const shopper_id = number === undefined ? shopper : Number(number);
      const assign = () => assignShopper(this.session.connection, this.order.order_id, { shopper_id });
      await submitting(form, assign);
      return `The order was assigned to shopper ${shopper}.`;
    });
  };

  #switchChat = (): void => {
    const { order_id, chat_closed } = this.order;
    this.#do(async () => {
      await (chat_closed ? reopenChat : closeChat)(this.session.connection, order_id);
      return chat_closed ? 'The chat is open again.' : 'The chat is closed. Both sides see a notice.';
    });
  };

  #export({ kind, id, called }: Person): void {
    this.#do(async () => {
      const read = kind === 'customer' ? exportUser : exportShopper;
      const lines: string[] = [];
      for await (const line of read(this.session.connection, String(id), { internalIds: true }))
        lines.push(`${JSON.stringify(line)}\n`);
      saveFile(`${kind}-${id}.ndjson`, 'application/x-ndjson', lines);
      return `Everything about ${kind} ${called} was saved as a file.`;
    });
  }

  #erase = (event: Event): void => {
    closeDialog(event);
    const { kind, id, called } = this.toErase!;
    this.#do(async () => {
      const erase = kind === 'customer' ? eraseUser : eraseShopper;
      await erase(this.session.connection, String(id), { internalIds: true });
      return `The ${kind} ${called} was erased.`;
    });
  };

  protected override render(): TemplateResult {
    const { order } = this;
    return html`${this.notes()}
      <form class="row" @submit=${this.#move}>
        <label>State <select name="workflow_state">${options(workflowStates, order.workflow_state)}</select></label>
        <button type="submit">Change state</button>
      </form>
      <form class="row" @submit=${this.#assign}>
        <label>Shopper, by your ID or # and ours <input name="shopper" required maxlength="255" spellcheck="false" autocomplete="off" /></label>
        <button type="submit">Assign</button>
      </form>
      <div class="row">
        <button type="button" @click=${this.#switchChat}>${order.chat_closed ? 'Open the chat again' : 'Close the chat'}</button>
      </div>
      <details>
        <summary>Export or erase people</summary>
        ${this.#people().map((person) => this.#data(person))}
      </details>
      ${this.toErase ? this.#confirmErasure(this.toErase) : nothing}`;
  }

  /** The customer, and every shopper once. */
  #people(): Person[] {
    const { user, shoppers } = this.order;
    const customer: Person = { kind: 'customer', id: user.id, called: user.user_id ?? `#${user.id}` };
    const pickers = new Map(
      shoppers.map(({ id, shopper_id }): [number, Person] => [
        id,
        { kind: 'shopper', id, called: shopper_id ?? `#${id}` },
      ]),
    );
    return [customer, ...pickers.values()];
  }

  #data(person: Person): TemplateResult {
    const { kind, called } = person;
    const ask = () => {
      this.toErase = person;
    };
    return html`<div class="row">
      <button type="button" @click=${() => this.#export(person)}>Export ${kind} <bdi>${called}</bdi></button>
      <button type="button" class="danger" @click=${ask}>Erase ${kind} <bdi>${called}</bdi>…</button>
    </div>`;
  }

  #confirmErasure({ kind, called }: Person): TemplateResult {
    const closed = () => {
      this.toErase = undefined;
    };
    return dialog(
      `Erase the ${kind} ${called}?`,
      closed,
      html`<p>
          ${
            kind === 'customer'
              ? 'The name, the contact details, and every text and image of all their chats are erased, and their tokens revoked.'
              : 'The name, the contact details, and every text and image that they sent are erased, and their tokens revoked.'
          }
          This cannot be undone.
        </p>
        <div class="row">
          <button type="button" class="danger" @click=${this.#erase}>Erase</button>
          <button type="button" @click=${closeDialog}>Cancel</button>
        </div>`,
    );
  }
}
customElements.define('aislechat-console-order-actions', OrderActions);
