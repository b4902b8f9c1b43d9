/** The developer's tools, in development only: clock, playing the shopper, scenarios, faults, request log. */
import { html, type TemplateResult } from 'lit';
import './clock.ts';
import './faults.ts';
import './play.ts';
import './requests.ts';
import './scenarios.ts';
import { ConsoleView } from './view.ts';

export class SandboxView extends ConsoleView {
  protected override async look(): Promise<void> {}

  protected override render(): TemplateResult {
    const { session } = this;
    return html`<h1 tabindex="-1">Sandbox</h1>
      <div class="columns">
        <div>
          <aislechat-console-clock class="card" .session=${session}></aislechat-console-clock>
          <aislechat-console-play class="card" .session=${session}></aislechat-console-play>
        </div>
        <div>
          <aislechat-console-scenarios class="card" .session=${session}></aislechat-console-scenarios>
          <aislechat-console-faults class="card" .session=${session}></aislechat-console-faults>
        </div>
      </div>
      <aislechat-console-requests class="card" .session=${session}></aislechat-console-requests>`;
  }
}
customElements.define('aislechat-console-sandbox', SandboxView);
