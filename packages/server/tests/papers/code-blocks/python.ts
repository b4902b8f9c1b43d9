/**
 * Python from an npm package: CPython compiled to WebAssembly. Only the network is replaced: requests are
 * made by curl, so `urllib.request.urlopen` is the one function that an example does not really call.
 */
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Cleanup } from '../../support/server.ts';

const streamSeconds = 2;

/**
 * Runs a program.
 * @returns its output
 * @throws Error with its trace
 */
export type Python = (program: string) => Promise<string>;

export function openPython(t: Cleanup): Python {
  const child = fork(fileURLToPath(import.meta.url));
  t.after(() => child.kill());
  let last: Promise<unknown> = Promise.resolve();
  return (program) => {
    const answer = last.then(async () => {
      child.send(program);
      const [{ out, error }] = (await once(child, 'message')) as [{ out: string; error?: string }];
      if (error !== undefined) throw new Error(error);
      return out;
    });
    last = answer.catch(() => {});
    return answer;
  };
}

const network = `
import email.message, io, json, urllib.error, urllib.request, host
class Answer(io.BytesIO):
    def __init__(self, status, body):
        super().__init__(body)
        self.status = status
def urlopen(request, timeout=None):
    if isinstance(request, str):
        request = urllib.request.Request(request)
    data = request.data.decode() if request.data else ""
    status, body = json.loads(host.exchange(request.get_method(), request.full_url, json.dumps(request.header_items()), data))
    if status >= 400:
        raise urllib.error.HTTPError(request.full_url, status, "refused", email.message.Message(), io.BytesIO(body.encode()))
    return Answer(status, body.encode())
urllib.request.urlopen = urlopen
`;

function exchange(method: string, url: string, headers: string, data: string): string {
  const given = (JSON.parse(headers) as [string, string][]).flatMap(([name, value]) => [
    '-H',
    `${name}: ${value}`,
  ]);
  const isStream = url.includes('/stream');
  const args = ['-s', '-X', method, url, ...given, ...(data && ['--data-raw', data]), '-w', '\n%{http_code}'];
  let out: string;
  try {
    out = execFileSync('curl', [...args, ...(isStream ? ['--max-time', String(streamSeconds)] : [])], {
      encoding: 'utf8',
    });
  } catch (error) {
    // A stream has no end; this is what has arrived so far.
    out = (error as { stdout: string }).stdout;
  }
  const end = out.lastIndexOf('\n');
  return JSON.stringify([Number(out.slice(end + 1)), out.slice(0, end)]);
}

if (import.meta.main) {
  process.on('disconnect', () => process.exit());
  const { loadPyodide } = await import('pyodide');
  let out = '';
  const python = await loadPyodide({
    stdout: (line) => {
      out += `${line}\n`;
    },
  });
  python.registerJsModule('host', { exchange });
  python.runPython(network);
  process.on('message', (program: string) => {
    out = '';
    try {
      python.runPython(program, { globals: python.runPython('dict(__name__="__main__")') });
      process.send!({ out });
    } catch (error) {
      process.send!({ out, error: String(error) });
    }
  });
}
