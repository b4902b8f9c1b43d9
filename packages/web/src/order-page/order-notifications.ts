/** Below the title of an order: whether this device is notified when the shopper writes. */
import type { Connection } from '@aislechat/client';
import { css, html, nothing, type TemplateResult } from 'lit';
import { colors, controls } from '../base-style.ts';
import { DeviceNotifications, type NotificationState } from '../device-notifications.ts';
import { notifyWordsOf } from '../notify-words.ts';
import { SteadyElement } from '../steady-element.ts';
import { languageOf } from '../words.ts';

export class OrderNotifications extends SteadyElement {
  static override properties = {
    locale: { attribute: false },
    notifying: { state: true },
    hasFailed: { state: true },
  };
  static override styles = [
    colors,
    controls,
    css`
      :host {
        display: block;
        max-inline-size: 72rem;
        box-sizing: border-box;
        margin-inline: auto;
        padding-inline: min(1rem, 4vw);
        font: 0.9375rem/1.4 system-ui, sans-serif;
        color: var(--_muted);
      }
      button {
        min-block-size: 2.75rem;
        padding-inline: 1rem;
        border: 1px solid var(--_line);
      }
      .yes {
        background: var(--_accent);
        color: var(--_on-accent);
      }
    `,
  ];

  declare locale: string;
  declare notifying: NotificationState;
  declare hasFailed: boolean;
  #device: DeviceNotifications | undefined;

  get isStarted(): boolean {
    return this.#device !== undefined;
  }

  /** @param connection with the link of the order */
  start(connection: Connection, locale: string): void {
    this.locale = locale;
    this.#device = new DeviceNotifications(connection, 'aislechat:order-page');
    void this.#change((device) => device.renew(languageOf(locale)));
  }

  async #change(act: (device: DeviceNotifications) => Promise<void> | void): Promise<void> {
    const device = this.#device!;
    this.notifying = device.state;
    this.hasFailed = false;
    try {
      await act(device);
    } catch {
      // The browser has no push service, or the server sends no notifications.
      this.hasFailed = this.notifying === 'ask';
    }
    this.notifying = device.state;
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.#device) return nothing;
    const words = notifyWordsOf(this.locale);
    const turnOn = () => this.#change((device) => device.turnOn(languageOf(this.locale)));
    const turnOff = () => this.#change((device) => device.turnOff());
    const notNow = () => this.#change((device) => device.notNow());
    if (this.notifying === 'on') {
      return html`<p>${words.notifiedHere} <button type="button" @click=${turnOff}>${words.notifyOff}</button></p>`;
    }
    return html`${
      this.notifying === 'ask'
        ? html`<p>${words.notifyWhyCustomer}</p>
            <p><button type="button" class="yes" @click=${turnOn}>${words.notifyOn}</button>
            <button type="button" @click=${notNow}>${words.notifyLater}</button></p>`
        : nothing
    }${this.hasFailed ? html`<p role="alert">${words.notifyFailed}</p>` : nothing}`;
  }
}
customElements.define('aislechat-order-notifications', OrderNotifications);
