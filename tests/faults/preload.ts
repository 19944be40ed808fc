import dns from 'node:dns/promises'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import tls from 'node:tls'
import { readdirSync, writeFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { random, seed } from './chance.ts'
import { clockOf, type SharedTime } from './time.ts'

// Loaded into a service before its own code: the service lives in the time and the internet of its scenario.

const time = JSON.parse(process.env['FAULT_TIME']!) as SharedTime
const { setTimeout, setInterval } = globalThis
const timeout = AbortSignal.timeout.bind(AbortSignal)

Date.now = clockOf(time)
// A run can be repeated: what the service leaves to chance as well.
Math.random = random(seed)
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
const there = Number(process.env['FAULT_ENDPOINTS'] ?? 0)
const anywhere = '93.184.215.14'
const dial = net.connect.bind(net) as (options: net.TcpNetConnectOpts, ...rest: []) => net.Socket
const secure = tls.connect.bind(tls) as (options: tls.ConnectionOptions) => tls.TLSSocket
if (there > 0) {
  dns.Resolver.prototype.resolve4 = (() => Promise.resolve([anywhere])) as never
  dns.Resolver.prototype.resolve6 = (() => Promise.resolve([])) as never
  net.connect = ((options: net.TcpNetConnectOpts, ...rest: []) =>
    dial(
      options.host === anywhere ? { ...options, host: '127.0.0.1', port: there } : options,
      ...rest,
    )) as typeof net.connect
  tls.connect = ((options: tls.ConnectionOptions) =>
    secure({ ...options, rejectUnauthorized: false })) as typeof tls.connect
}

// Or it has a name server of its own, and nothing else knows any name.
const nameServer = process.env['FAULT_NAMES'] ?? ''
if (nameServer !== '') {
  const { Resolver } = dns
  dns.Resolver = class extends Resolver {
    constructor(...given: ConstructorParameters<typeof Resolver>) {
      super(...given)
      this.setServers([nameServer])
    }
  }
  dns.lookup = (() => Promise.reject(Object.assign(new Error(), { code: 'ENOTFOUND' }))) as never
}
syncBuiltinESMExports()

// What a process holds, told when it is asked, with what nobody needs any more thrown away.
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
process.on('SIGUSR2', () => {
  collect()
  const held = {
    resources: process.getActiveResourcesInfo(),
    files: readdirSync('/proc/self/fd').length,
    heap: process.memoryUsage().heapUsed + process.memoryUsage().external,
  }
  writeFileSync(`${time.file}.held`, JSON.stringify(held))
})

// Where a file may not grow any more, writing fails instead of ending the process: a full disk.
process.on('SIGXFSZ', () => {})
