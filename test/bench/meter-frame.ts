/** The baseline of frames: an object, `JSON.stringify`, and the framing of `ws`. */
import * as ws from 'ws';

/** Not in the types of `ws`; exported by it since version 8.0. */
interface Framing {
  frame(data: Buffer, options: object): Buffer[];
}
const { Sender } = ws as unknown as { Sender: Framing };
const OPTIONS = { fin: true, rsv1: false, opcode: 1, mask: true, readOnly: false };

/** The MeterValues of the log (exchange 10) with changing values. Returns the frame's length. */
export function stringifyMeterFrame(i: number): number {
  const text = JSON.stringify([2, String(100 + i), 'MeterValues', meterValues(i)]);
  return Sender.frame(Buffer.from(text), OPTIONS).reduce((sum, part) => sum + part.length, 0);
}

function meterValues(i: number): object {
  const currentA = (30 + (i % 200) / 100).toFixed(2);
  const voltageV = (228 + (i % 50) / 10).toFixed(1);
  const sample = (value: string, rest: object) => ({
    value,
    context: 'Sample.Periodic',
    format: 'Raw',
    ...rest,
  });
  const timestamp = `2021-11-09T16:20:${String(i % 60).padStart(2, '0')}`;
  const sampledValue = [
    sample((i * 0.01).toFixed(2), { measurand: 'Energy.Active.Import.Register', unit: 'kWh' }),
    sample(currentA, { measurand: 'Current.Export', phase: 'L1', unit: 'A' }),
    sample(currentA, { measurand: 'Current.Export', phase: 'L2', unit: 'A' }),
    sample(currentA, { measurand: 'Current.Export', phase: 'L3', unit: 'A' }),
    sample(voltageV, { measurand: 'Voltage', phase: 'L1', unit: 'V' }),
    sample(voltageV, { measurand: 'Voltage', phase: 'L2', unit: 'V' }),
    sample(voltageV, { measurand: 'Voltage', phase: 'L3', unit: 'V' }),
    sample(String(25 + (i % 20)), { measurand: 'Temperature', unit: 'Celcius' }),
  ];
  return { connectorId: 1, transactionId: 700 + i, meterValue: [{ timestamp, sampledValue }] };
}

/** CPU ns a call of `build`, after a warm-up of a tenth. */
export function nsPerFrame(build: (i: number) => number, frames: number): number {
  let bytes = 0;
  const warmup = Math.ceil(frames / 10);
  for (let i = 0; i < warmup; i++) bytes += build(i);
  const before = process.cpuUsage();
  for (let i = 0; i < frames; i++) bytes += build(i);
  const { user, system } = process.cpuUsage(before);
  if (bytes < frames * 900) throw new Error('frames of less than 900 bytes');
  return ((user + system) * 1000) / frames;
}
