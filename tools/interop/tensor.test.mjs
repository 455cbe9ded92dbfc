import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bfloat16, elements, float16 } from './tensor.mjs';

test('reads binary16', () => {
  assert.equal(float16(0x3c00), 1);
  assert.equal(float16(0xc100), -2.5);
  assert.equal(float16(0x7bff), 65504);
  assert.equal(float16(0x0001), 2 ** -24);
  assert.equal(float16(0xfc00), -Infinity);
  assert.ok(Number.isNaN(float16(0x7e00)));
});

test('reads bfloat16', () => {
  assert.equal(bfloat16(0x3f80), 1);
  assert.equal(bfloat16(0xc020), -2.5);
  assert.equal(bfloat16(0x7f80), Infinity);
});

test('the lowest byte comes first', () => {
  assert.deepEqual(elements(Buffer.from([0x00, 0x3c, 0x00, 0xc1]), 'FLOAT16', [1, 2]), [1, -2.5]);
  assert.deepEqual(elements(Buffer.from([0x80, 0x3f, 0x20, 0xc0]), 'BFLOAT16', [2]), [1, -2.5]);
  assert.deepEqual(elements(Buffer.from([0, 0, 0x80, 0x3f]), 'FLOAT32', [1]), [1]);
});

test('refuses bytes that do not fit the shape', () => {
  assert.throws(() => elements(Buffer.alloc(6), 'FLOAT16', [2, 2]), /6 bytes do not hold 2 x 2 elements of 2 bytes/);
});
