import { describe, expect, test } from 'vitest';
import { rareOf, setting, settingIsTrue, settingNumber } from '../../../src/engine/charger/rare.ts';
import type { Shard } from '../../../src/engine/charger/shard.ts';
import { shardOf } from './fixture.ts';

const KEY = 'TransactionMessageAttempts';
const shardWith = (value: string): Shard =>
  shardOf('as-logged', { configuration: { [KEY]: value } });

describe('the rare state of a charger', () => {
  test('is made when it is first asked for, once, for this charger alone', () => {
    const shard = shardOf();
    expect(shard.rare.size).toBe(0);
    const rare = rareOf(shard, 2);
    expect(rareOf(shard, 2)).toBe(rare);
    expect([...shard.rare.keys()]).toEqual([2]);
    expect(rareOf(shard, 3)).not.toBe(rare);
  });

  test('is not made by reading a setting', () => {
    const shard = shardOf();
    expect(setting(shard, 0, KEY)).toBe('3');
    expect(shard.rare.size).toBe(0);
  });
});

describe('a setting', () => {
  test("is the charger's own, else the fleet's, else the model's", () => {
    const shard = shardWith('5');
    expect(setting(shard, 0, 'Language')).toBe('English');
    expect(setting(shard, 0, KEY)).toBe('5');
    rareOf(shard, 0).configuration.set(KEY, '7');
    expect(setting(shard, 0, KEY)).toBe('7');
    expect(setting(shard, 1, KEY)).toBe('5');
  });

  test('that nobody has is undefined; one that is empty is empty', () => {
    const shard = shardOf();
    expect(setting(shard, 0, 'NoSuchKey')).toBe(undefined);
    rareOf(shard, 0).configuration.set('Language', '');
    expect(setting(shard, 0, 'Language')).toBe('');
  });

  test.each([
    ['5', 5],
    ['0', 0],
    [' 12 ', 12],
    ['1.5', 1.5],
    ['', 3],
    ['  ', 3],
    ['many', 3],
    ['Infinity', 3],
  ])("'%s' is the number %d", (value, number) => {
    const shard = shardOf();
    rareOf(shard, 0).configuration.set(KEY, value);
    expect(settingNumber(shard, 0, KEY, 3)).toBe(number);
  });

  test('that nobody has is the number given instead', () => {
    expect(settingNumber(shardOf(), 0, 'NoSuchKey', 60)).toBe(60);
  });

  test.each([
    ['true', true],
    ['TRUE', true],
    ['false', false],
    ['1', false],
    ['', false],
  ])("'%s' is %s", (value, isTrue) => {
    const shard = shardOf();
    rareOf(shard, 0).configuration.set('LocalAuthorizeOffline', value);
    expect(settingIsTrue(shard, 0, 'LocalAuthorizeOffline')).toBe(isTrue);
  });

  test('that nobody has is not true', () => {
    expect(settingIsTrue(shardOf(), 0, 'NoSuchKey')).toBe(false);
  });
});
