import tls from 'node:tls'
import { clockOf, type SharedTime } from './time.ts'

// Loaded into a service before its own code: the service lives in the time and the internet of its scenario.

const time = JSON.parse(process.env['FAULT_TIME']!) as SharedTime
const { setTimeout, setInterval } = globalThis
const timeout = AbortSignal.timeout.bind(AbortSignal)

Date.now = clockOf(time)
globalThis.setTimeout = Object.assign(
  (run: () => void, ms = 0, ...given: unknown[]) =>
    setTimeout(run, ms / time.speed, ...(given as [])),
  setTimeout,
) as typeof setTimeout
globalThis.setInterval = Object.assign(
  (run: () => void, ms = 0, ...given: unknown[]) =>
    setInterval(run, ms / time.speed, ...(given as [])),
  setInterval,
) as typeof setInterval

/** Milliseconds of ours that a busy machine may need for an answer; in the lab's time still far less than a lease. */
const busy = Math.min(2_000, 25_000 / time.speed)
AbortSignal.timeout = (ms) => timeout(Math.ceil(Math.max(ms / time.speed, busy)))

// All that subscribers have on the internet lies on one port of loopback.
const there = Number(process.env['FAULT_ENDPOINTS'])
const connect = tls.connect.bind(tls) as (options: tls.ConnectionOptions) => tls.TLSSocket
tls.connect = ((options: tls.ConnectionOptions) =>
  connect({
    ...options,
    host: '127.0.0.1',
    port: there,
    rejectUnauthorized: false,
  })) as typeof tls.connect

// Where a file may not grow any more, writing fails instead of ending the process: a full disk.
process.on('SIGXFSZ', () => {})
