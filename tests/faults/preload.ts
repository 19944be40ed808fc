import dns from 'node:dns/promises'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
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
const anywhere = '93.184.215.14'
dns.Resolver.prototype.resolve4 = (() => Promise.resolve([anywhere])) as never
dns.Resolver.prototype.resolve6 = (() => Promise.resolve([])) as never
const dial = net.connect.bind(net) as (options: net.TcpNetConnectOpts, ...rest: []) => net.Socket
net.connect = ((options: net.TcpNetConnectOpts, ...rest: []) =>
  dial(
    options.host === anywhere ? { ...options, host: '127.0.0.1', port: there } : options,
    ...rest,
  )) as typeof net.connect
const secure = tls.connect.bind(tls) as (options: tls.ConnectionOptions) => tls.TLSSocket
tls.connect = ((options: tls.ConnectionOptions) =>
  secure({ ...options, rejectUnauthorized: false })) as typeof tls.connect
syncBuiltinESMExports()

// Where a file may not grow any more, writing fails instead of ending the process: a full disk.
process.on('SIGXFSZ', () => {})
