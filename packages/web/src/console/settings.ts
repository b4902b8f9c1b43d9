/** What the retailer may choose for itself. */
import {
  changeRetailerSettings,
  getRetailerSettings,
  type Retailer,
  type RetailerSettings,
} from '@aislechat/client';
import { html, nothing, type TemplateResult } from 'lit';
import { options } from './parts.ts';
import { ConsoleView } from './view.ts';

const switches = [
  ['chat_enabled', 'Messages may be sent'],
  ['last_mile_chat', 'Last-mile orders have a chat'],
  ['shopper_information_removal', 'Shopper information is removed: nobody reads a chat'],
  ['privacy_masks', 'Phone numbers, addresses and the like are taken out of messages'],
] as const;
const choices = [
  ['chat_opens_at', 'The chat opens with the state', ['picking', 'acknowledged']],
  ['absent_shopper', 'Before any assignment, current_shopper is', ['null', 'omit']],
  ['signed_assertions', 'Signed assertions are', ['accepted', 'required']],
  ['chat_callbacks', 'chat_message_created tells of messages of', ['all', 'customer']],
] as const;

/** Lists are the same when each of their texts is. */
const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

export class SettingsView extends ConsoleView {
  static override properties = { retailer: { state: true } };
  declare retailer: Retailer | undefined;

  protected override async look(): Promise<void> {
    this.retailer = await getRetailerSettings(this.session.connection);
  }

  #save = (event: Event): void => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const wanted: Record<string, unknown> = {
      name: String(fields.get('name')).trim(),
      timezone: String(fields.get('timezone')).trim(),
    };
    for (const [name] of choices) wanted[name] = fields.get(name);
    for (const [name] of switches) wanted[name] = fields.has(name);
    const lines = String(fields.get('quick_replies')).split('\n');
    wanted.quick_replies = lines.map((line) => line.trim()).filter((line) => line !== '');
    const before = this.retailer as unknown as Record<string, unknown>;
    const changes = Object.fromEntries(
      Object.entries(wanted).filter(([name, value]) => !isSame(value, before[name])),
    );
    void this.act(async () => {
      if (Object.keys(changes).length === 0) return 'Nothing was changed.';
      this.retailer = await changeRetailerSettings(this.session.connection, changes as RetailerSettings);
      return 'Saved. It holds from now on.';
    });
  };

  protected override render(): TemplateResult {
    return html`<h1 tabindex="-1">Settings</h1>
      ${this.notes()} ${this.retailer ? this.#form(this.retailer) : nothing}
      <p class="muted">
        Other retailers have applications of their own to sign in with. Who owns the machine makes them on its command line:
        <code>aislechat retailer create</code>.
      </p>`;
  }

  #form(retailer: Retailer): TemplateResult {
    return html`<form class="stack card" @submit=${this.#save}>
      <h2>Retailer ${retailer.retailer_id}</h2>
      <label>Name <input name="name" required maxlength="255" .value=${retailer.name} /></label>
      <label>Time zone (IANA) <input name="timezone" required maxlength="64" .value=${retailer.timezone} spellcheck="false" /></label>
      ${choices.map(
        ([name, label, values]) =>
          html`<label>${label} <select name=${name}>${options(values, retailer[name])}</select></label>`,
      )}
      <div>
        ${switches.map(
          ([name, label]) =>
            html`<label class="check"><input type="checkbox" name=${name} .checked=${retailer[name]} />${label}</label>`,
        )}
      </div>
      <label>
        Quick replies of shoppers, one in a line; {customer}, {shopper} and {order} are filled in
        <textarea name="quick_replies" rows="5" placeholder="None: what the shopper’s page brings"
          .value=${retailer.quick_replies.join('\n')}></textarea>
      </label>
      <button type="submit" class="primary">Save</button>
    </form>`;
  }
}
customElements.define('aislechat-console-settings', SettingsView);
