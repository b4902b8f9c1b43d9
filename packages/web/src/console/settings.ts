/** The settings that a retailer can change itself. */
import {
  changeRetailerSettings,
  getRetailerSettings,
  type Retailer,
  type RetailerSettings,
  retailerSettings,
} from '@aislechat/client';
import { html, type TemplateResult } from 'lit';
import { options } from './parts.ts';
import { ConsoleView } from './view.ts';

/** Compares by content, because a list is a new array each time. */
const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

type Setting = (typeof retailerSettings)[number];

function valueIn(fields: FormData, { name, type }: Setting): unknown {
  if (type === 'boolean') return fields.has(name);
  const text = String(fields.get(name)).trim();
  if (type === 'string') return text;
  if (type === 'days') return /^\d+$/.test(text) ? Number(text) : text;
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '');
}

function field(setting: Setting, retailer: Retailer): TemplateResult {
  const { name, title, type } = setting;
  const value = retailer[name];
  if (type === 'boolean') {
    return html`<label class="check"><input type="checkbox" name=${name} .checked=${value} />${title}</label>`;
  }
  if (type === 'array') {
    return html`<label>${title}
      <textarea name=${name} rows="5" placeholder="None: the page shows its own"
        .value=${(value as readonly string[]).join('\n')}></textarea></label>`;
  }
  if ('words' in setting) {
    return html`<label>${title} <select name=${name}>${options(setting.words, String(value))}</select></label>`;
  }
  if ('most' in setting) {
    return html`<label>${title}
      <input name=${name} type="number" required min="0" max=${setting.most} .value=${String(value)} /></label>`;
  }
  if (type === 'days') {
    return html`<label>${title}
      <input name=${name} required pattern="[1-9][0-9]{0,4}|forever" .value=${String(value)} spellcheck="false" /></label>`;
  }
  if ('long' in setting) {
    return html`<label>${title} <textarea name=${name} rows="3" .value=${value}></textarea></label>`;
  }
  return html`<label>${title} <input name=${name} ?required=${!('optional' in setting)} maxlength="2000" .value=${value} spellcheck="false" /></label>`;
}

export class SettingsView extends ConsoleView {
  static override properties = { retailer: { state: true } };
  declare retailer: Retailer | undefined;

  protected override async look(): Promise<void> {
    this.retailer = await getRetailerSettings(this.session.connection);
  }

  #save = (event: Event): void => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const wanted = Object.fromEntries(
      retailerSettings.map((setting) => [setting.name, valueIn(fields, setting)]),
    );
    const before = this.retailer as unknown as Record<string, unknown>;
    const changes = Object.fromEntries(
      Object.entries(wanted).filter(([name, value]) => !isSame(value, before[name])),
    );
    void this.act(async () => {
      if (Object.keys(changes).length > 0)
        this.retailer = await changeRetailerSettings(this.session.connection, changes as RetailerSettings);
      this.isEdited = false;
      if (Object.keys(changes).length === 0) return 'No changes.';
      return 'Saved. The changes are in effect.';
    });
  };

  protected override render(): TemplateResult {
    return html`<h1 tabindex="-1">Settings</h1>
      ${this.retailer ? this.#form(this.retailer) : this.notes()}
      <p class="muted">
        Each retailer has its own applications to sign in with. To create a retailer, run this command on the server:
        <code>aislechat retailer create</code>.
      </p>`;
  }

  #form(retailer: Retailer): TemplateResult {
    const edited = () => {
      this.isEdited = true;
    };
    return html`<form class="stack card" @submit=${this.#save} @input=${edited}>
      <h2>Retailer ${retailer.retailer_id}</h2>
      ${retailerSettings.map((setting) => field(setting, retailer))}
      <button type="submit" class="primary">Save</button>
      ${this.notes()}
    </form>`;
  }
}
customElements.define('aislechat-console-settings', SettingsView);
