import { type Connection, type IdOptions, inPath } from './connection.ts';
import { AbortedError, NetworkError } from './errors.ts';
import type { ExportLine } from './generated/types.ts';

/**
 * Everything that is held about a person, line by line, without the closing one.
 * `GET /v1/users/{user_id}/export`
 * @throws NetworkError when it was cut
 */
export async function* exportUser(
  connection: Connection,
  userId: string | number,
  options: IdOptions = {},
): AsyncGenerator<Exclude<ExportLine, { type: 'end' }>, void, void> {
  const response = await connection.request('GET', `/v1/users/${inPath(userId)}/export`, options);
  let text = '';
  try {
    const decoder = new TextDecoder();
    const reader = response.body!.getReader();
    try {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        text += decoder.decode(value, { stream: true });
        const lines = text.split('\n');
        text = lines.pop()!;
        for (const line of lines) {
          const parsed: ExportLine = JSON.parse(line);
          if (parsed.type === 'end') return;
          yield parsed;
        }
      }
    } finally {
      reader.cancel().catch(() => {});
    }
  } catch (error) {
    if (options.signal?.aborted) throw new AbortedError('The call was given up', { cause: error });
    throw new NetworkError('The export broke off', { cause: error });
  }
  throw new NetworkError('The export was cut');
}
