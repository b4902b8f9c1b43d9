/** A small plot of measurements, drawn as SVG. Its label has the same information as text. */
import { html, svg, type TemplateResult } from 'lit';

export interface Line {
  name: string;
  /** Oldest first; undefined if there was no measurement. */
  values: readonly (number | undefined)[];
}

export interface PlotOptions {
  title: string;
  /** The period that the whole width covers, for example `60 s`. */
  span: string;
  unit: string;
  lines: readonly Line[];
  /** The text to show if there is no measurement. */
  none?: string;
}

const width = 300;
const height = 80;
const dashes = ['', '5 3', '1.5 3'];

export function plot({ title, span, unit, lines, none = 'none' }: PlotOptions): TemplateResult {
  const known = lines.flatMap(({ values }) => values.filter((value) => value !== undefined));
  const most = Math.max(0, ...known);
  const top = ceiling(most);
  const now = lines.map(({ name, values }) => {
    const last = values.at(-1);
    const text = last === undefined ? none : `${figure(last)} ${unit}`;
    return lines.length === 1 ? text : `${name} ${text}`;
  });
  const label = `${title}: now ${now.join(', ')}; maximum ${figure(most)} ${unit} in the last ${span}`;
  return html`<figure class="card">
    <figcaption>
      <span class="muted">${title}</span>
      <strong>${now.map((text, n) => html`${n > 0 ? ', ' : ''}<span class="line">${text}</span>`)}</strong>
    </figcaption>
    <svg viewBox="0 0 ${width} ${height + 16}" role="img" aria-label=${label} preserveAspectRatio="none">
      <line class="axis" x1="0" x2=${width} y1=${height} y2=${height} />
      <line class="axis" x1="0" x2=${width} y1="1" y2="1" />
      ${lines.map(({ values }, n) => svg`<path d=${pathOf(values, top)} stroke-dasharray=${dashes[n % dashes.length]!} />`)}
    </svg>
    <div class="scale" aria-hidden="true"><span>${span} ago</span><span>maximum ${figure(top)} ${unit}</span><span>now</span></div>
  </figure>`;
}

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
      return `${command}${(n * step).toFixed(1)} ${(height - (value / top) * (height - 2)).toFixed(1)}`;
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
