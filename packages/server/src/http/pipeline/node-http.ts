/**
 * Node's HTTP module. `import` would read each of its exports, and so load its WebSocket client, which takes a tenth of
 * the server's start.
 */
export const { createServer, STATUS_CODES } = process.getBuiltinModule('node:http');
