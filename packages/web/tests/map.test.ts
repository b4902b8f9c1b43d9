/** Which tiles a still map has, and where the two points are on it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mapPx, stillMap } from '../src/order-status/map.ts';

const template = 'https://tiles.example/{z}/{x}/{y}.png?key=1';
const denver = { latitude: 39.7392, longitude: -104.9903 };
const at = (latitude: number, longitude: number) => ({ latitude, longitude });
const numbersOf = (address: string) =>
  /\/(\d+)\/(\d+)\/(\d+)\.png/.exec(address)!.slice(1).map(Number) as [number, number, number];

test('the tile of a known place has the numbers of every tile server, and the place is on it', () => {
  const { tiles, order, destination } = stillMap(template, denver, undefined);
  assert.equal(destination, undefined);
  assert.deepEqual(order, { x: 0, y: 0 });
  const under = tiles.find(({ x, y }) => x <= 0 && x > -256 && y <= 0 && y > -256)!;
  // From the formulas of the OpenStreetMap wiki ("Slippy map tilenames").
  assert.equal(under.address, 'https://tiles.example/16/13655/24872.png?key=1');
});

const pairs = [
  ['a street apart', denver, at(39.7401, -104.9912)],
  ['a town apart', denver, at(39.7527, -104.9992)],
  ['due north', denver, at(39.9, -104.9903)],
  ['due east', denver, at(39.7392, -104.2)],
  ['a country apart', denver, at(40.7128, -74.006)],
  ['across the antimeridian', at(-16.8, 179.95), at(-16.9, -179.9)],
  ['across the antimeridian, the other way', at(-16.9, -179.9), at(-16.8, 179.95)],
  ['at the north pole', at(90, 20), at(89.9, -20)],
  ['at the south pole', at(-90, 0), at(-85, 10)],
  ['at the same place', denver, denver],
] as const;

for (const [what, order, destination] of pairs) {
  test(`both points are on the map, under tiles that exist: ${what}`, () => {
    const map = stillMap(template, order, destination);
    // The narrowest map, at 320 pixels, has 260 of them.
    for (const { x, y } of [map.order, map.destination!]) {
      assert.ok(Math.abs(x) <= 100 && Math.abs(y) <= 70, `${x} ${y}`);
    }
    assert.ok(map.tiles.length >= 1 && map.tiles.length <= 6, String(map.tiles.length));
    assert.equal(new Set(map.tiles.map(({ key }) => key)).size, map.tiles.length);
    for (const { address } of map.tiles) {
      const [z, x, y] = numbersOf(address);
      assert.ok(z >= 0 && z <= 16 && x >= 0 && x < 2 ** z && y >= 0 && y < 2 ** z, address);
    }
    // No hole: each corner that is inside of the world is under a tile.
    const top = Math.min(...map.tiles.map(({ y }) => y));
    const bottom = Math.max(...map.tiles.map(({ y }) => y)) + 256;
    for (const x of [-mapPx.width / 2, mapPx.width / 2 - 1]) {
      for (const y of [Math.max(top, -mapPx.height / 2), Math.min(bottom, mapPx.height / 2) - 1]) {
        const isCovered = map.tiles.some(
          (tile) => tile.x <= x && x < tile.x + 256 && tile.y <= y && y < tile.y + 256,
        );
        assert.ok(isCovered, `${x} ${y}`);
      }
    }
  });
}

test('the zoom is the largest at which both points fit, and at most that of streets', () => {
  const zoomOf = (destination: typeof denver) =>
    numbersOf(stillMap(template, denver, destination).tiles[0]!.address)[0];
  assert.equal(zoomOf(denver), 16);
  assert.equal(zoomOf(at(39.7527, -104.9992)), 13);
  assert.equal(zoomOf(at(40.7128, -74.006)), 3);
  for (const destination of [at(39.7527, -104.9992), at(40.7128, -74.006)]) {
    const { order, destination: to } = stillMap(template, denver, destination);
    // Twice as large, one of them would be outside.
    assert.ok(Math.abs(order.x - to!.x) > 90 || Math.abs(order.y - to!.y) > 56);
  }
});

test('there is no smaller map than that of the whole world', () => {
  const { tiles } = stillMap(template, at(90, 0), at(-90, 180));
  assert.deepEqual(
    [...new Set(tiles.map(({ address }) => address))],
    ['https://tiles.example/0/0/0.png?key=1'],
  );
});

test('placeholders may stand in any sequence, and in the query', () => {
  const { tiles } = stillMap('https://tiles.example/tile?y={y}&x={x}&z={z}', denver, undefined);
  assert.match(tiles[0]!.address, /^https:\/\/tiles\.example\/tile\?y=\d+&x=\d+&z=16$/);
});
