/** Draws a schema: the fields of an object with their types, and those of nested objects inside. */
import { html, nothing, type TemplateResult } from 'lit';
import { type Description, nameOf, resolved, type Schema } from './description.ts';

/** Deeper objects are shown by name. */
const deepest = 6;

/** A text with `code` in it. */
export function inline(text: string): (string | TemplateResult)[] {
  return text.split('`').map((part, n) => (n % 2 === 1 ? html`<code>${part}</code>` : part));
}

export const paragraphs = (text: string): TemplateResult[] =>
  text.split('\n\n').map((part) => html`<p>${inline(part)}</p>`);

export function typeText(description: Description, schema: Schema): string {
  if (schema.enum) return schema.enum.map((value) => pretty(value)).join(' or ');
  if (schema.const !== undefined) return pretty(schema.const);
  if (schema.$ref) {
    const target = resolved(description, schema);
    return target.type === 'object' ? `object ${nameOf(schema.$ref)}` : typeText(description, target);
  }
  if (schema.anyOf) return schema.anyOf.map((option) => typeText(description, option)).join(' or ');
  if (schema.type === 'array') return `array of ${typeText(description, schema.items ?? {})}`;
  const limits = [
    schema.format,
    schema.minimum !== undefined && `at least ${schema.minimum}`,
    schema.maximum !== undefined && `at most ${schema.maximum}`,
    schema.maxLength !== undefined && `up to ${schema.maxLength} characters`,
  ].filter(Boolean);
  return [schema.type ?? 'any value', ...limits].join(', ');
}

const pretty = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** The objects within a schema: itself, the elements of an array, the options of a union. */
function objectsIn(description: Description, schema: Schema): Schema[] {
  const target = resolved(description, schema);
  if (target.anyOf) return target.anyOf.flatMap((option) => objectsIn(description, option));
  if (target.items) return objectsIn(description, target.items);
  return target.properties ? [target] : [];
}

export function schemaView(
  description: Description,
  schema: Schema,
  depth = 0,
): TemplateResult | typeof nothing {
  const objects = objectsIn(description, schema);
  if (objects.length === 0) return html`<p class="type">${typeText(description, schema)}</p>`;
  return html`${objects.map((object) => fieldsView(description, object, depth))}`;
}

function fieldsView(description: Description, object: Schema, depth: number): TemplateResult {
  const { properties = {}, required = [] } = object;
  const field = ([name, schema]: [string, Schema]) => {
    const text = schema.description ?? resolved(description, schema).description;
    const hasFields = depth < deepest && objectsIn(description, schema).length > 0;
    return html`<li>
      <code>${name}</code> <span class="type">${typeText(description, schema)}${required.includes(name) ? '' : ', optional'}</span>
      ${text ? html`<p>${inline(text)}</p>` : nothing}
      ${hasFields ? html`<details><summary>Fields of ${name}</summary>${schemaView(description, schema, depth + 1)}</details>` : nothing}
    </li>`;
  };
  return html`<ul class="fields">${Object.entries(properties).map(field)}</ul>`;
}
