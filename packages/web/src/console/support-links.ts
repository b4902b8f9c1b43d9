/** Links for support agents. Each is shown only once. */
import { createSupportLink } from '@aislechat/client';
import { html, nothing, type TemplateResult } from 'lit';
import { isolated } from '../names.ts';
import { submitting } from '../submitting.ts';
import { fieldsOf, type Shown, shownOnce } from './parts.ts';
import { ConsoleView } from './view.ts';

export class SupportLinksView extends ConsoleView {
  static override properties = { shown: { state: true } };
  declare shown: Shown | undefined;

  protected override async look(): Promise<void> {}

  #invite = (event: Event): void => {
    const { agent = '' } = fieldsOf(event);
    const form = event.currentTarget as HTMLFormElement;
    void this.act(async () => {
      const create = () => createSupportLink(this.session.connection, { agent });
      const { support_code } = await submitting(form, create);
      this.shown = {
        title: `Link for ${isolated(agent)}`,
        note: 'The link works once, within 15 minutes. The session lasts eight hours, and the audit log names this agent.',
        fields: [['Link', `${location.origin}/console#support_code=${support_code}`]],
      };
      return undefined;
    });
  };

  protected override render(): TemplateResult {
    const closed = () => {
      this.shown = undefined;
    };
    return html`<section aria-labelledby="agents">
      <h2 id="agents">Support agents</h2>
      <p class="muted">
        An agent can find orders, and read conversations after giving a reason. Each link is for one person and works once.
      </p>
      ${this.notes()}
      <form class="row" @submit=${this.#invite}>
        <label>Agent’s name <input name="agent" required maxlength="255" autocomplete="off" /></label>
        <button type="submit">Create a link</button>
      </form>
      ${this.shown ? shownOnce(this.shown, closed) : nothing}
    </section>`;
  }
}
customElements.define('aislechat-console-support-links', SupportLinksView);
