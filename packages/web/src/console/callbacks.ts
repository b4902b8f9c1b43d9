/** Callbacks: the endpoints that events are sent to, and the deliveries. */
import { html, type TemplateResult } from 'lit';
import './deliveries.ts';
import './endpoints.ts';
import { ConsoleView } from './view.ts';

export class CallbacksView extends ConsoleView {
  protected override async look(): Promise<void> {}

  protected override render(): TemplateResult {
    const { session, route } = this;
    return html`<h1 tabindex="-1">Callbacks</h1>
      <aislechat-console-endpoints class="card" .session=${session}></aislechat-console-endpoints>
      <aislechat-console-deliveries class="card" .session=${session} .route=${route}></aislechat-console-deliveries>`;
  }
}
customElements.define('aislechat-console-callbacks', CallbacksView);
