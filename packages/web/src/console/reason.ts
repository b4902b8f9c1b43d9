/** Asks why somebody wants to read what customers and shoppers wrote. The audit log records the answer. */
import { html, nothing, type TemplateResult } from 'lit';
import { fieldsOf } from './parts.ts';
import type { Session } from './session.ts';

export interface Why {
  reason: string;
  agent: string | undefined;
}

const other = 'Something else';
const reasons = [
  'The customer complains about an item',
  'The customer complains about the shopper',
  'The customer asks about a refund',
  'The shopper asks for help',
  'The chat was reported',
  'A technical problem',
  other,
];

interface Asking {
  /** What is to be read, such as `the conversation`. */
  what: string;
  /** Whether the chosen reason says nothing by itself. */
  needsWords: boolean;
  chosen(needsWords: boolean): void;
  give(why: Why): void;
}

export function askWhy(session: Session, { what, needsWords, chosen, give }: Asking): TemplateResult {
  const { isAgent, name, reader } = session;
  const choose = (event: Event) => chosen((event.target as HTMLSelectElement).value === other);
  const submit = (event: Event) => {
    const { about = '', words = '', agent } = fieldsOf(event);
    session.reader = agent ?? '';
    const reason = about === other ? words : [about, words].filter((part) => part !== '').join(': ');
    give({ reason, agent });
  };
  return html`<p class="muted">
      Reading ${what} needs a reason. The audit log records the reason, the time, and
      ${isAgent ? html`${name} as the reader` : 'the reader'}.
    </p>
    <form class="row" @submit=${submit}>
      <label>Reason
        <select name="about" required @change=${choose}>
          <option value="">Choose…</option>
          ${reasons.map((reason) => html`<option>${reason}</option>`)}
        </select>
      </label>
      <label>Case number or words ${needsWords ? '' : '(optional)'}
        <input name="words" ?required=${needsWords} maxlength="400" autocomplete="off" />
      </label>
      ${
        isAgent
          ? nothing
          : html`<label>Your name <input name="agent" required maxlength="255" autocomplete="name" .value=${reader} /></label>`
      }
      <button type="submit" class="primary">Read ${what}</button>
    </form>`;
}
