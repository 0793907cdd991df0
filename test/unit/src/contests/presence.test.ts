import { expect, test } from 'vitest';
import type { Downtime } from '#src/contests/downtime.js';
import { Presence } from '#src/contests/presence.js';
import { createLog } from '#src/operations/log.js';

const at = (time: string) => new Date(`2026-12-01T${time}Z`);

/** A bot at a time that is set, and what it found out. */
function presenceAt(time: string, lastSeen?: Date) {
  let now = at(time);
  let noted = lastSeen;
  const absences: Downtime[] = [];
  const lines: string[] = [];
  const presence = new Presence({
    table: {
      lastSeen: async () => noted,
      note: async (moment) => {
        noted = moment;
      },
    },
    onAbsence: async (downtime) => {
      absences.push(downtime);
    },
    log: createLog({ level: 'warn', name: 'test', destination: { write: (line) => void lines.push(line) } }),
    now: () => now,
  });
  const set = (later: string) => {
    now = at(later);
  };
  return { presence, absences, lines, set, noted: () => noted };
}

test('a start finds out since when nobody was there; the first one has missed nothing', async () => {
  const { presence, absences, noted } = presenceAt('18:00:00', at('17:20:00'));
  await presence.start();
  expect(absences).toEqual([{ from: at('17:20:00'), to: at('18:00:00') }]);
  expect(noted()).toEqual(at('18:00:00'));
  await presence.stop();
  const first = presenceAt('18:00:00');
  await first.presence.start();
  expect(first.absences).toEqual([]);
  await first.presence.stop();
});

test('a machine that slept, or whose clock was put forward, makes up for it before anything due is done, and whoever runs it is told', async () => {
  const { presence, absences, lines, set } = presenceAt('18:00:00');
  await presence.start();
  set('18:04:00');
  await presence.check();
  expect(absences).toEqual([]);
  set('20:30:00');
  await Promise.all([presence.check(), presence.check()]);
  expect(absences).toEqual([{ from: at('18:00:00'), to: at('20:30:00') }]);
  expect(lines).toEqual([expect.stringContaining('slept, or its clock was set')]);
  await presence.stop();
});

test('a clock that was put back moves nothing, and is told', async () => {
  const { presence, absences, lines, set, noted } = presenceAt('18:00:00');
  await presence.start();
  set('16:00:00');
  await presence.check();
  expect(absences).toEqual([]);
  expect(lines).toHaveLength(1);
  expect(noted()).toEqual(at('16:00:00'));
  await presence.stop();
});
