/** Builds the request of an operation from what the reader has entered, and the curl command that sends the same. */
import type { Located } from './description.ts';

export interface Entered {
  /** Values of parameters, by where they are and their names, such as `path order_id`. */
  values: Readonly<Record<string, string>>;
  /** The content type; undefined without a body. */
  type: string | undefined;
  body: string;
  file: File | undefined;
  token: string;
}

export interface Built {
  url: string;
  init: RequestInit & { headers: Record<string, string> };
  curl: string;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const isForm = (type: string) => type === 'application/x-www-form-urlencoded';

/** @throws Error with a sentence for the reader */
export function requestOf({ method, path }: Located, entered: Entered, origin: string): Built {
  const { values, type, token } = entered;
  const of = (place: string) =>
    Object.entries(values)
      .filter(([key, value]) => key.startsWith(`${place} `) && value !== '')
      .map(([key, value]): [string, string] => [key.slice(place.length + 1), value]);
  const inPath = Object.fromEntries(of('path'));
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    if (!inPath[name]) throw new Error(`Enter a value for ${name}.`);
    return encodeURIComponent(inPath[name]);
  });
  const query = new URLSearchParams(of('query')).toString();
  const url = `${origin}${filled}${query ? `?${query}` : ''}`;
  const headers: Record<string, string> = Object.fromEntries(of('header'));
  if (token) headers.Authorization = `Bearer ${token}`;
  const init: Built['init'] = { method, headers };
  const flags = Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  if (type !== undefined) {
    const { body, flag } = bodyOf(type, entered);
    // The browser adds the boundary of a form with files.
    if (type !== 'multipart/form-data') {
      headers['Content-Type'] = type;
      flags.push(`-H ${quoted(`Content-Type: ${type}`)}`);
    }
    init.body = body;
    flags.push(flag);
  }
  const verb = method === 'GET' ? '-N' : `-X ${method}`;
  return { url, init, curl: [`curl ${verb} ${quoted(url)}`, ...flags].join(' \\\n') };
}

function bodyOf(type: string, { body, file }: Entered): { body: BodyInit; flag: string } {
  if (type.startsWith('image/') || type === 'multipart/form-data') {
    if (!file) throw new Error('Choose a file.');
    const path = quoted(`@${file.name}`);
    if (type !== 'multipart/form-data') return { body: file, flag: `--data-binary ${path}` };
    const form = new FormData();
    form.set('image', file);
    return { body: form, flag: `-F ${quoted(`image=@${file.name}`)}` };
  }
  if (!isForm(type)) return { body, flag: `-d ${quoted(body)}` };
  const text = formOf(body);
  return { body: text, flag: `-d ${quoted(text)}` };
}

/** Turns the fields of a JSON object into a form. */
function formOf(body: string): string {
  try {
    const fields = Object.entries(JSON.parse(body) as Record<string, unknown>);
    return new URLSearchParams(fields.map(([name, value]) => [name, String(value)])).toString();
  } catch {
    throw new Error('Enter the fields of the form as a JSON object.');
  }
}
