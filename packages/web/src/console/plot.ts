/**
 * A plot of measurements over time, drawn as SVG, with a key that shows the values of one moment: the latest, or the one
 * under the pointer. By keyboard and screen reader, a slider moves along the same moments and reads their values out.
 */
import { css, html, nothing, svg, type TemplateResult } from 'lit';
import { colors, controls } from '../base-style.ts';
import { SteadyElement } from '../steady-element.ts';
import { consoleStyle } from './style.ts';

export interface Line {
  name: string;
  /** Oldest first; undefined if there was no measurement. */
  values: readonly (number | undefined)[];
}

export interface PlotOptions {
  title: string;
  /** The time from one value to the next. */
  stepMs: number;
  unit: string;
  lines: readonly Line[];
  /** A value that should not be exceeded, drawn as a line of its own. */
  goal?: number;
  /** The text to show if there is no measurement. */
  none?: string;
}

const width = 300;
const height = 80;
const dashes = ['', '6 4', '0.5 4'];
const goalDash = '12 4';

export class Plot extends SteadyElement {
  static override properties = { options: { attribute: false }, chosen: { state: true } };
  declare options: PlotOptions;
  /** The index of the value under the pointer or the slider; undefined shows the latest. */
  declare chosen: number | undefined;

  get #last(): number {
    return this.options.lines[0]!.values.length - 1;
  }

  #point = (event: PointerEvent): void => {
    const { left, width } = (event.currentTarget as Element).getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - left) / width));
    this.chosen = Math.round(share * this.#last);
  };

  #leave = (): void => {
    this.chosen = undefined;
  };

  #slide = (event: Event): void => {
    this.chosen = Number((event.target as HTMLInputElement).value);
  };

  protected override render(): TemplateResult {
    const { title, unit, lines, goal } = this.options;
    const most = Math.max(0, ...lines.flatMap(({ values }) => values.filter((value) => value !== undefined)));
    const top = ceiling(Math.max(most, goal ?? 0));
    const last = this.#last;
    const at = this.chosen ?? last;
    const x = (at / Math.max(1, last)) * width;
    const span = ageOf(last + 1, this.options.stepMs);
    return html`<figure>
      <figcaption><strong>${title}</strong> <span class="muted">${this.#when(at)}</span></figcaption>
      <div class="area" @pointermove=${this.#point} @pointerdown=${this.#point} @pointerleave=${this.#leave}>
        <svg
          viewBox="0 0 ${width} ${height + 1}"
          role="img"
          aria-label="${title}: now ${this.#values(last)}; maximum ${figure(most)} ${unit} in the last ${span}"
          preserveAspectRatio="none"
        >
          <line class="axis" x1="0" x2=${width} y1=${height} y2=${height} />
          <line class="axis" x1="0" x2=${width} y1="1" y2="1" />
          ${
            goal === undefined
              ? nothing
              : svg`<line class="goal" x1="0" x2=${width} y1=${heightOf(goal, top)} y2=${heightOf(goal, top)} stroke-dasharray=${goalDash} />`
          }
          ${lines.map(({ values }, n) => svg`<path d=${pathOf(values, top)} stroke-dasharray=${dashes[n % dashes.length]!} />`)}
          ${this.chosen === undefined ? nothing : svg`<line class="marker" x1=${x} x2=${x} y1="0" y2=${height} />`}
        </svg>
        <input
          type="range"
          min="0"
          max=${last}
          .value=${String(at)}
          aria-label="${title}, values over time"
          aria-valuetext="${this.#when(at)}: ${this.#values(at)}"
          @input=${this.#slide}
          @blur=${this.#leave}
        />
      </div>
      <div class="scale" aria-hidden="true"><span>${span} ago</span><span>top ${figure(top)} ${unit}</span><span>now</span></div>
      <ul class="key" aria-label="Key">
        ${lines.map(({ name, values }, n) => this.#keyOf(name, dashes[n % dashes.length]!, values[at]))}
        ${goal === undefined ? nothing : html`<li>${swatch(goalDash, 'goal')}goal ${figure(goal)} ${unit}</li>`}
      </ul>
    </figure>`;
  }

  #keyOf(name: string, dash: string, value: number | undefined): TemplateResult {
    const isOver = this.#isOver(value);
    return html`<li>
      ${swatch(dash)}${name} <b class=${isOver ? 'over' : ''}>${this.#valueOf(value)}${isOver ? ', above the goal' : ''}</b>
    </li>`;
  }

  #isOver(value: number | undefined): boolean {
    const { goal } = this.options;
    return goal !== undefined && value !== undefined && value > goal;
  }

  #when(at: number): string {
    const steps = this.#last - at;
    return steps === 0 ? 'now' : `${ageOf(steps, this.options.stepMs)} ago`;
  }

  #valueOf(value: number | undefined): string {
    const { unit, none = 'none' } = this.options;
    return value === undefined ? none : `${figure(value)}${unit && ` ${unit}`}`;
  }

  #values(at: number): string {
    const { lines } = this.options;
    return lines
      .map(({ name, values }) => {
        const text = this.#valueOf(values[at]) + (this.#isOver(values[at]) ? ', above the goal' : '');
        return lines.length === 1 ? text : `${name} ${text}`;
      })
      .join(', ');
  }

  static override styles = [
    colors,
    controls,
    consoleStyle,
    css`
      figure {
        margin: 0;
      }
      figcaption {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0 1rem;
        margin-block-end: 0.5rem;
      }
      .area {
        position: relative;
        border-radius: 0.25rem;
        margin-block-end: 0.25rem;
        touch-action: pan-y;
      }
      .area:has(:focus-visible) {
        outline: 2px solid var(--_link);
        outline-offset: 2px;
      }
      /* Only for the keyboard and screen readers: the pointer is read from the whole area. */
      input {
        position: absolute;
        inset: 0;
        block-size: 100%;
        margin: 0;
        opacity: 0;
        pointer-events: none;
      }
      svg {
        inline-size: 100%;
        block-size: 6rem;
        margin: 0;
      }
      svg * {
        vector-effect: non-scaling-stroke;
        stroke: var(--_link);
      }
      svg .axis {
        stroke: var(--_line);
        stroke-width: 1;
      }
      svg .goal {
        stroke: var(--_danger);
        stroke-width: 1.5;
        stroke-linecap: butt;
      }
      svg .marker {
        stroke: var(--_text);
        stroke-width: 1;
      }
      @media (forced-colors: active) {
        svg * {
          stroke: CanvasText;
        }
        svg .axis {
          stroke: GrayText;
        }
        svg .goal {
          stroke: LinkText;
        }
        svg .marker {
          stroke: Highlight;
        }
      }
      .scale {
        display: flex;
        justify-content: space-between;
        gap: 0.5rem;
        font-size: 0.8125rem;
        color: var(--_muted);
      }
      .key {
        display: flex;
        flex-wrap: wrap;
        gap: 0 1rem;
        margin: 0.375rem 0 0;
        padding: 0;
        list-style: none;
        font-size: 0.875rem;
      }
      .key b {
        font-variant-numeric: tabular-nums;
      }
      .over {
        color: var(--_danger);
      }
      .key svg {
        display: inline-block;
        inline-size: 1.75rem;
        block-size: 0.5rem;
        margin-inline-end: 0.375rem;
        vertical-align: middle;
      }
    `,
  ];
}
customElements.define('aislechat-console-plot', Plot);

export const plot = (options: PlotOptions): TemplateResult =>
  html`<aislechat-console-plot class="card" .options=${options}></aislechat-console-plot>`;

const swatch = (dash: string, kind = ''): TemplateResult =>
  html`<svg viewBox="0 0 28 8" aria-hidden="true"><line class=${kind} x1="2" x2="26" y1="4" y2="4" stroke-dasharray=${dash} /></svg>`;

const heightOf = (value: number, top: number): string => (height - (value / top) * (height - 2)).toFixed(1);

/** A value without neighbors is a dot. */
function pathOf(values: Line['values'], top: number): string {
  const step = width / Math.max(1, values.length - 1);
  let isDrawing = false;
  return values
    .map((value, n) => {
      if (value === undefined) {
        isDrawing = false;
        return '';
      }
      const command = isDrawing ? 'L' : 'M';
      isDrawing = true;
      const dot = command === 'M' && values[n + 1] === undefined ? 'h0' : '';
      return `${command}${(n * step).toFixed(1)} ${heightOf(value, top)}${dot}`;
    })
    .join('');
}

/** Returns the next of 1, 2, 5, 10, 20 ... */
function ceiling(value: number): number {
  if (value <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((factor) => factor * power).find((top) => top >= value)!;
}

const figure = (value: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : 0 });

const ageOf = (steps: number, stepMs: number): string => {
  const seconds = (steps * stepMs) / 1000;
  return stepMs < 60_000 ? `${seconds} s` : `${seconds / 60} min`;
};
