export { type Random, seededRandom } from '../../src/domain/sandbox/random.ts';
