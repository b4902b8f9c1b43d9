import { type Connection, type IdOptions, inPath } from './connection.ts';
import { AbortedError, NetworkError } from './errors.ts';
import type { ExportLine, ShopperExportLine } from './generated/types.ts';

/**
 * Yields everything that the server stores about a person, one line at a time, without the closing line.
 * `GET /v1/users/{user_id}/export`
 * @throws ApiError, AbortedError; NetworkError if the export is incomplete
 * @example
 * ```ts
 * for await (const line of exportUser(connection, 'your-user-id')) console.log(line.type);
 * ```
 */
export async function* exportUser(
  connection: Connection,
  userId: string | number,
  options: IdOptions = {},
): AsyncGenerator<Exclude<ExportLine, { type: 'end' }>, void, void> {
  yield* linesOf<ExportLine>(connection, `/v1/users/${inPath(userId)}/export`, options);
}

/**
 * Yields everything that the server stores about a shopper, one line at a time, without the closing line.
 * `GET /v1/shoppers/{external_id}/export`
 * @throws ApiError, AbortedError; NetworkError if the export is incomplete
 * @example
 * ```ts
 * for await (const line of exportShopper(connection, 'your-shopper-id')) console.log(line.type);
 * ```
 */
export async function* exportShopper(
  connection: Connection,
  shopperId: string | number,
  options: IdOptions = {},
): AsyncGenerator<Exclude<ShopperExportLine, { type: 'end' }>, void, void> {
  yield* linesOf<ShopperExportLine>(connection, `/v1/shoppers/${inPath(shopperId)}/export`, options);
}

async function* linesOf<Line extends { type: string }>(
  connection: Connection,
  path: string,
  options: IdOptions,
): AsyncGenerator<Exclude<Line, { type: 'end' }>, void, void> {
  const response = await connection.request('GET', path, options);
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
          const parsed: Line = JSON.parse(line);
          if (parsed.type === 'end') return;
          yield parsed as Exclude<Line, { type: 'end' }>;
        }
      }
    } finally {
      reader.cancel().catch(() => {});
    }
  } catch (error) {
    if (options.signal?.aborted) throw new AbortedError('The call was aborted', { cause: error });
    throw new NetworkError('The export was interrupted', { cause: error });
  }
  throw new NetworkError('The export is incomplete');
}
