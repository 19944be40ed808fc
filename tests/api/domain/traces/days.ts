import type { Trace } from './trace.ts'

const usual = { latency: 120, scatter: 0.4 }

/** Recorded days, each by the numbers that make it again. */
export const days: Trace[] = [
  {
    name: 'healthy',
    seed: 1,
    day: [{ from: '00:00', truth: 'up', ...usual }],
    flips: [],
    delays: [],
  },
  {
    name: 'slow for two hours',
    seed: 2,
    day: [
      { from: '00:00', truth: 'up', ...usual },
      { from: '09:00', truth: 'degraded', latency: 1400, scatter: 0.3 },
      { from: '11:00', truth: 'up', ...usual },
    ],
    flips: ['09:01:02 up>degraded 09:01:02', '11:01:32 degraded>up 11:01:32'],
    delays: [6],
  },
  {
    name: 'flapping for an hour',
    seed: 3,
    day: [
      { from: '00:00', truth: 'up', ...usual },
      { from: '14:00', truth: 'down', ...usual, pulse: { good_s: 100, bad_s: 80 } },
      { from: '15:00', truth: 'up', ...usual },
    ],
    flips: [
      '14:02:22 up>down 14:02:02',
      '14:03:12 down>up 14:03:02',
      '14:05:22 up>down 14:05:02',
      '15:05:02 down>up 15:00:02',
    ],
    delays: [2],
  },
  {
    name: 'a real outage of 40 minutes and a short one of 3',
    seed: 4,
    day: [
      { from: '00:00', truth: 'up', ...usual },
      { from: '03:12', truth: 'down', failing: 1, silent: true },
      { from: '03:52', truth: 'up', ...usual },
      { from: '17:30', truth: 'down', failing: 1 },
      { from: '17:33', truth: 'up', ...usual },
    ],
    flips: [
      '03:12:22 up>down 03:12:02',
      '03:52:12 down>up 03:52:02',
      '17:30:22 up>down 17:30:02',
      '17:33:12 down>up 17:33:02',
    ],
    delays: [2, 2],
  },
  {
    name: 'partial: 6 of 10 answers are errors for an hour',
    seed: 5,
    day: [
      { from: '00:00', truth: 'up', ...usual },
      { from: '10:00', truth: 'down', ...usual, failing: 0.6 },
      { from: '11:00', truth: 'up', ...usual },
    ],
    flips: [
      '10:00:52 up>down 10:00:32',
      '10:05:42 down>up 10:05:32',
      '10:10:22 up>down 10:10:02',
      '11:05:02 down>up 11:00:02',
    ],
    delays: [5],
  },
  {
    name: 'our own network is down for 25 minutes, and we sleep for an hour',
    seed: 6,
    day: [
      { from: '00:00', truth: 'up', ...usual },
      { from: '06:00', truth: 'up', isOffline: true },
      { from: '06:25', truth: 'up', ...usual },
      { from: '12:00', truth: 'up', isAsleep: true },
      { from: '13:00', truth: 'up', ...usual },
    ],
    flips: [],
    delays: [],
  },
  {
    name: 'noisy: 1 % of answers fail and 1 % are slow',
    seed: 7,
    day: [{ from: '00:00', truth: 'up', ...usual, failing: 0.01, spiking: 0.01 }],
    flips: [],
    delays: [],
  },
  {
    name: 'noisier: 5 % fail, every probe asks every 5 s',
    seed: 8,
    rules: { intervalMs: 5000, recheckMs: 5000, confirmMs: 20_000 },
    day: [{ from: '00:00', truth: 'up', ...usual, failing: 0.05 }],
    flips: [],
    delays: [],
  },
]
