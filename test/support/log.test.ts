import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseLog } from './log.ts';

const file = new URL('../reference/tonly-charger.log', import.meta.url);
const frames = parseLog(readFileSync(file, 'utf8'));
const calls = frames.filter((f) => f.text.startsWith('[2,'));

describe('the reference log', () => {
  test('holds 19 charger CALLs of the sizes that the reference gives', () => {
    const sizes = new Map<string, number[]>();
    for (const { json, text } of calls.filter((f) => f.direction === 'charger')) {
      const action = String(json?.[2]);
      sizes.set(action, [...(sizes.get(action) ?? []), Buffer.byteLength(text)]);
    }
    expect(Object.fromEntries(sizes)).toEqual({
      BootNotification: [174],
      StatusNotification: [91, 91, 95, 90, 91, 90],
      Heartbeat: [24],
      Authorize: [45],
      StartTransaction: [135],
      MeterValues: [1007],
      StopTransaction: [97],
      DataTransfer: [297],
      DiagnosticsStatusNotification: [64, 63],
      FirmwareStatusNotification: [62, 62, 61, 61],
    });
  });

  test('knows who sent what', () => {
    const sent = calls
      .filter((f) => f.direction === 'csms')
      .map((f) => /"([A-Z]\w+)"/.exec(f.text));
    expect(new Set(sent.map((match) => match?.[1]))).toEqual(
      new Set([
        'GetConfiguration',
        'ChangeConfiguration',
        'RemoteStartTransaction',
        'RemoteStopTransaction',
        'ReserveNow',
        'CancelReservation',
        'TriggerMessage',
        'GetDiagnostics',
        'ChangeAvailability',
        'UpdateFirmware',
      ]),
    );
    const configuration = frames.find((f) => f.text.includes('GetConfigurationMaxKeys'));
    expect(configuration?.direction).toBe('charger');
    expect(Buffer.byteLength(configuration?.text ?? '')).toBe(1471);
  });

  test('lists what is irregular', () => {
    const list = frames.filter((f) => f.irregular).map((f) => [f.lineNumber, f.irregular]);
    expect(list).toEqual([
      [33, 'answers 102, which is not in the log'],
      [113, 'answers 100 again'],
      [126, 'answers 202111101634533576 again'],
      [135, 'text after the frame'],
      [139, 'id 103 was used before'],
      [140, 'id 102 was used before'],
      [142, 'id 103 was used before'],
    ]);
    expect(frames.filter((f) => f.json === null).map((f) => f.lineNumber)).toEqual([135]);
  });
});

test('joins lines wrapped anywhere between the tokens of a frame', () => {
  const token = fc.stringMatching(/^[a-z[\]{}"\\]{0,8}$/).map((text) => JSON.stringify(text));
  fc.assert(
    fc.property(fc.array(token, { minLength: 1 }), fc.array(fc.boolean()), (tokens, breaks) => {
      const head = '[2,"1","DataTransfer",{"data":[';
      const body = tokens.map((t, i) => (i > 0 ? ',' : '') + (breaks[i] ? '\n' : '') + t);
      const [frame, ...others] = parseLog(`junk\nreceive data: ?${head}${body.join('')}]}] \nend`);
      expect(others).toEqual([]);
      expect(frame.json?.[3]).toEqual({ data: tokens.map((t) => JSON.parse(t)) });
      expect(frame.lineNumber).toBe(2);
    }),
  );
});
