import { describe, expect, test } from 'vitest'
import { guardedDial } from '../../../api/probers/dialling.ts'
import { blackHole } from '../../support/black-hole.ts'
import { serveBytes } from '../../support/conduct.ts'
import { until } from '../../support/listen.ts'
import { closers } from './asking.ts'

const allow = ['127.0.0.0/8', '::/96']
const open = () => new AbortController().signal

/** Dials a name that means these addresses. */
function dial(addresses: string[], port: number, signal = open()) {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  return guardedDial({ allow, lookup: () => Promise.resolve(found) })('shop.test', port, signal)
}

async function hole(host: string, port = 0) {
  const target = await blackHole(host, port)
  closers.push(target.close)
  return target.port
}

async function served() {
  const target = await serveBytes((socket) => socket.resume())
  closers.push(target.close)
  return target
}

describe('a host of several addresses', () => {
  test('is reached by the second while the first takes no packets, a moment later', async () => {
    const target = await served()
    await hole('127.0.0.2', target.port)
    const inTime = AbortSignal.timeout(1_500)
    const socket = await dial(['127.0.0.2', '127.0.0.1'], target.port, inTime)
    expect(socket.remoteAddress).toBe('127.0.0.1')
    socket.destroy()
  })

  test('is reached by the second at once where the first refuses', async () => {
    const target = await served()
    const socket = await dial(['::1', '127.0.0.1'], target.port)
    expect(socket.remoteAddress).toBe('127.0.0.1')
    socket.destroy()
  })

  test('keeps no connection but the one that is used', async () => {
    const target = await served()
    const socket = await dial(['127.0.0.1', '127.0.0.1'], target.port)
    expect(target.open()).toBeLessThanOrEqual(1)
    socket.destroy()
    await until(() => target.open() === 0)
  })

  test('is given up when its time is over, and nothing of it is left', async () => {
    const port = await hole('127.0.0.2')
    const before = sockets()
    const ending = new AbortController()
    const dialled = dial(['127.0.0.2', '127.0.0.2', '127.0.0.2'], port, ending.signal)
    setTimeout(() => ending.abort(), 400)
    await expect(dialled).rejects.toThrow()
    await until(() => sockets() <= before)
  })

  test('is not dialled at all when its time is over before', async () => {
    await expect(dial(['127.0.0.1'], 9, AbortSignal.abort())).rejects.toThrow('ended')
  })

  test('is asked at six addresses at most', async () => {
    const target = await served()
    const many = Array.from({ length: 40 }, (_, i) => `127.0.1.${i}`)
    await expect(dial([...many, '127.0.0.1'], target.port)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    })
  })
})

test('a connection ends with its time, also after it was handed over', async () => {
  const target = await served()
  const ending = new AbortController()
  const socket = await dial(['127.0.0.1'], target.port, ending.signal)
  expect(socket.destroyed).toBe(false)
  ending.abort()
  await until(() => target.open() === 0)
})

function sockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length
}
