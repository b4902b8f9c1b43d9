/** One operation of the reference: what it takes and answers, and a form that sends it to this server. */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import {
  type Answer,
  type Caller,
  type Content,
  type Description,
  examplesOf,
  type Located,
  type Parameter,
  pretty,
  resolved,
  type Schema,
} from './description.ts';
import { type Built, type Entered, requestOf } from './request.ts';
import { inline, paragraphs, schemaView, typeText } from './schema-view.ts';
import { callerNames, type Tokens, usualCaller } from './tokens.ts';

/** What is shown of an answer, whose stream may have no end. */
const shownCharacters = 50_000;

interface Result {
  status: string;
  headers: string;
  body: string;
}

export class OperationView extends LitElement {
  static override properties = {
    description: { attribute: false },
    located: { attribute: false },
    tokens: { attribute: false },
    isOpen: { attribute: false },
    entered: { state: true },
    caller: { state: true },
    result: { state: true },
    problem: { state: true },
    sending: { state: true },
  };
  declare description: Description;
  declare located: Located;
  declare tokens: Tokens;
  /** Whether the operation was opened; before, its content is not drawn. */
  declare isOpen: boolean;
  declare entered: Entered;
  declare caller: Caller | undefined;
  declare result: Result | undefined;
  declare problem: string;
  declare sending: AbortController | undefined;

  constructor() {
    super();
    this.isOpen = false;
    this.problem = '';
  }

  /** The page's own style sheet and its anchors apply. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(): void {
    if (this.entered !== undefined) return;
    const { operation } = this.located;
    this.caller = usualCaller(operation['x-callers']);
    const examples = this.#parameters.map(({ in: place, name, example = '' }) => [
      `${place} ${name}`,
      example,
    ]);
    const [type] = Object.keys(operation.requestBody?.content ?? {});
    this.entered = {
      values: Object.fromEntries(examples),
      type,
      body: this.#exampleOf(type),
      file: undefined,
      token: '',
    };
  }

  get #parameters(): Parameter[] {
    return this.located.operation.parameters.map((one) => resolved<Parameter>(this.description, one));
  }

  #exampleOf(type: string | undefined): string {
    const content = type === undefined ? undefined : this.located.operation.requestBody?.content[type];
    const [first] = content ? examplesOf(this.description, content) : [];
    return first ? pretty(first[1]) : '';
  }

  get #token(): string {
    return (this.caller && this.tokens[this.caller]) ?? '';
  }

  /** The request, or why there is none. */
  #built(): Built | string {
    try {
      return requestOf(this.located, { ...this.entered, token: this.#token }, location.origin);
    } catch (error) {
      return (error as Error).message;
    }
  }

  #send = async (event: Event): Promise<void> => {
    event.preventDefault();
    const built = this.#built();
    this.result = undefined;
    this.problem = typeof built === 'string' ? built : '';
    if (typeof built === 'string') return;
    const sending = new AbortController();
    this.sending = sending;
    const since = performance.now();
    try {
      const answer = await fetch(built.url, { ...built.init, signal: sending.signal });
      const ms = Math.round(performance.now() - since);
      this.result = {
        status: `${answer.status} ${answer.statusText} in ${ms} ms`,
        headers: [...answer.headers].map(([name, value]) => `${name}: ${value}`).join('\n'),
        body: '',
      };
      await this.#read(answer);
    } catch (error) {
      if (!sending.signal.aborted) this.problem = (error as Error).message;
    } finally {
      this.sending = undefined;
    }
  };

  /** Shows an answer; that of a stream as it arrives. */
  async #read(answer: Response): Promise<void> {
    const type = answer.headers.get('content-type') ?? '';
    const show = (body: string) => {
      this.result = { ...this.result!, body: body.slice(-shownCharacters) };
    };
    if (type.startsWith('image/')) {
      show(`An image of ${(await answer.arrayBuffer()).byteLength} bytes`);
    } else if (/event-stream|ndjson/.test(type) && answer.body) {
      let text = '';
      for await (const part of answer.body.pipeThrough(new TextDecoderStream())) {
        text += part;
        show(text);
      }
    } else {
      const text = await answer.text();
      show(type.includes('json') ? formatted(text) : text);
    }
  }

  protected override render(): TemplateResult {
    const { method, path, operation } = this.located;
    const opened = (event: Event) => {
      const { open } = event.currentTarget as HTMLDetailsElement;
      if (open) this.isOpen = true;
    };
    return html`<details class="operation" id=${operation.operationId} ?open=${this.isOpen} @toggle=${opened}>
      <summary>
        <h3>${operation.summary}</h3>
        <span class="address"><b class="method ${method.toLowerCase()}">${method}</b> <span class="path">${path}</span></span>
      </summary>
      ${this.isOpen ? this.#content() : nothing}
    </details>`;
  }

  #content(): TemplateResult {
    const { operation } = this.located;
    const body = operation.requestBody;
    return html`<div class="about">
      ${paragraphs(operation.description)}
      ${operation.deprecated ? html`<p>Deprecated: another path does the same.</p>` : nothing}
      ${this.#try()}
      ${body ? html`<h4>Request body</h4><p>${inline(body.description)}</p>${schemaView(this.description, Object.values(body.content)[0]!.schema)}` : nothing}
      <h4>Responses</h4>
      ${Object.entries(operation.responses).map(([status, answer]) => this.#answer(status, resolved<Answer>(this.description, answer)))}
    </div>`;
  }

  #answer(status: string, { description, content = {} }: Answer): TemplateResult {
    const [first] = description.split('\n\n');
    return html`<details class="answer">
      <summary><b>${status}</b> ${status === '200' ? inline(first!) : reason(first!)}</summary>
      ${status === '200' ? nothing : paragraphs(description)}
      ${Object.entries(content).map(([type, one]) => this.#contentOf(status, type, one))}
    </details>`;
  }

  #contentOf(status: string, type: string, content: Content): TemplateResult {
    const examples = examplesOf(this.description, content);
    return html`<p class="type">${type}</p>
      ${examples.map(([, value]) => code(`Example of ${status}`, typeof value === 'string' ? value : pretty(value)))}
      ${status === '200' ? schemaView(this.description, content.schema) : nothing}`;
  }

  #try(): TemplateResult {
    const { operation } = this.located;
    const built = this.#built();
    const among = operation['x-callers'];
    return html`<form class="try" aria-label="Try ${operation.summary}" @submit=${this.#send}>
      <h4>Try it</h4>
      ${among.length > 0 ? this.#callerField(among) : nothing}
      ${this.#parameters.map((parameter) => this.#field(parameter))}
      ${this.#bodyFields()}
      <div class="row">
        <button type="submit" ?disabled=${this.sending !== undefined}>Send</button>
        ${this.sending ? html`<button type="button" @click=${() => this.sending?.abort()}>Stop</button>` : nothing}
        <span role="status">${this.problem || (this.result?.status ?? '')}</span>
      </div>
      ${
        this.result
          ? html`${code('Response', this.result.body)}
              <details class="answer"><summary>Response headers</summary>${code('Response headers', this.result.headers)}</details>`
          : nothing
      }
      ${typeof built === 'string' ? nothing : code('The same request with curl', built.curl)}
    </form>`;
  }

  #callerField(among: readonly Caller[]): TemplateResult {
    const chosen = (event: Event) => {
      this.caller = (event.target as HTMLSelectElement).value as Caller;
    };
    const missing =
      this.#token === '' ? html` <a href="#tokens">Enter a token</a> first, or the answer is 401.` : nothing;
    return html`<div class="field">
      <label>Token
        <select name="caller" @change=${chosen}>
          ${among.map((one) => html`<option value=${one} .selected=${one === this.caller}>${callerNames[one]}</option>`)}
        </select>
      </label>
      <p>${missing}</p>
    </div>`;
  }

  #field({ name, in: place, required = false, description = '', schema }: Parameter): TemplateResult {
    const key = `${place} ${name}`;
    const value = this.entered.values[key] ?? '';
    const entered = (event: Event) => {
      const values = { ...this.entered.values, [key]: (event.target as HTMLInputElement).value };
      this.entered = { ...this.entered, values };
    };
    const options = optionsOf(resolved<Schema>(this.description, schema));
    return html`<div class="field">
      <label>${name} <span class="type">${place}${required ? '' : ', optional'}${options ? '' : `, ${typeText(this.description, schema)}`}</span>
        ${
          options
            ? html`<select name=${name} @change=${entered}><option value=""></option>${options.map((one) => html`<option .selected=${one === value}>${one}</option>`)}</select>`
            : html`<input name=${name} .value=${value} autocomplete="off" spellcheck="false" @input=${entered} />`
        }
      </label>
      <p>${inline(description)}</p>
    </div>`;
  }

  #bodyFields(): TemplateResult | typeof nothing {
    const types = Object.keys(this.located.operation.requestBody?.content ?? {});
    const { type, body } = this.entered;
    if (type === undefined) return nothing;
    const typeChosen = (event: Event) => {
      const chosen = (event.target as HTMLSelectElement).value;
      this.entered = { ...this.entered, type: chosen, body: body || this.#exampleOf(chosen) };
    };
    const written = (event: Event) => {
      this.entered = { ...this.entered, body: (event.target as HTMLTextAreaElement).value };
    };
    const fileChosen = (event: Event) => {
      this.entered = { ...this.entered, file: (event.target as HTMLInputElement).files?.[0] };
    };
    const isFile = type.startsWith('image/') || type === 'multipart/form-data';
    return html`${
      types.length > 1
        ? html`<div class="field"><label>Content type
            <select name="type" @change=${typeChosen}>${types.map((one) => html`<option .selected=${one === type}>${one}</option>`)}</select></label></div>`
        : nothing
    }
      <div class="field">${
        isFile
          ? html`<label>File <input type="file" accept="image/jpeg,image/png,image/webp" @change=${fileChosen} /></label>`
          : html`<label>Request body <span class="type">${type}${type.includes('form') ? ', written as JSON' : ''}</span>
              <textarea name="body" rows=${Math.min(20, body.split('\n').length + 1)} spellcheck="false" .value=${body} @input=${written}></textarea></label>`
      }</div>`;
  }
}

/** The values to choose from; undefined if any text will do. */
function optionsOf({ enum: values, type }: Schema): string[] | undefined {
  if (type === 'boolean') return ['true', 'false'];
  return values?.map(String);
}

/** A refusal without its details: the message that it has. */
function reason(text: string): TemplateResult | string {
  const message = /^`([^`]+)`/.exec(text)?.[1];
  return message === undefined ? text : html`<span>${message}</span>`;
}

function formatted(text: string): string {
  try {
    return pretty(JSON.parse(text));
  } catch {
    return text;
  }
}

/** A block of code with a button that copies it. */
function code(label: string, text: string): TemplateResult {
  return html`<div class="block" data-language=${label}>
    <button type="button" class="copy" aria-label="Copy: ${label}">Copy</button>
    <pre tabindex="0" role="group" aria-label=${label}><code>${text}</code></pre>
  </div>`;
}

customElements.define('aislechat-operation', OperationView);
