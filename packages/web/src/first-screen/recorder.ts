/** Records requests as they happen, each with a curl command that repeats it. */
export interface Recorded {
  id: number;
  who: string;
  method: string;
  path: string;
  /** Undefined until there is a response. */
  status: number | undefined;
  request: string;
  response: string;
  curl: string;
}

const kept = 200;
const shownCharacters = 20_000;

/** Fires `change` when a request begins, or more of its response is known. */
export class Recorder extends EventTarget {
  /** Newest first. */
  requests: Recorded[] = [];
  #count = 0;

  /** Returns a `fetch` that records its requests. */
  fetchOf(who: string): typeof fetch {
    return async (input, init = {}) => {
      const url = new URL(String(input), location.href);
      const { method = 'GET', body } = init;
      const recorded: Recorded = {
        id: ++this.#count,
        who,
        method,
        path: url.pathname + url.search,
        status: undefined,
        request: typeof body === 'string' ? body : body ? '(file)' : '',
        response: '',
        curl: curlOf(url, init),
      };
      this.requests = [recorded, ...this.requests].slice(0, kept);
      this.#changed();
      try {
        const response = await fetch(input, init);
        recorded.status = response.status;
        const isText = /json|event-stream/.test(response.headers.get('content-type') ?? '');
        if (isText && response.body) void this.#read(recorded, response.clone());
        this.#changed();
        return response;
      } catch (error) {
        recorded.response = String(error);
        this.#changed();
        throw error;
      }
    };
  }

  #changed(): void {
    this.dispatchEvent(new Event('change'));
  }

  /** Reads a response piece by piece, because a stream has no end. */
  async #read(recorded: Recorded, { body }: Response): Promise<void> {
    try {
      for await (const text of body!.pipeThrough(new TextDecoderStream())) {
        recorded.response = (recorded.response + text).slice(-shownCharacters);
        this.#changed();
      }
    } catch {
      // The caller aborted the request.
    }
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function curlOf(url: URL, { method = 'GET', headers, body }: RequestInit): string {
  const lines = Object.entries((headers ?? {}) as Record<string, string>)
    .filter(([name]) => name !== 'accept')
    .map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  if (typeof body === 'string') lines.push(`-d ${quoted(body)}`);
  return [`curl ${method === 'GET' ? '-N' : `-X ${method}`}`, quoted(url.href), ...lines].join(' ');
}
