import { expect, test } from 'vitest'
import { connectionBy, guardedDial } from '../../../api/probers/dialling.ts'
import { tcpProber } from '../../../api/probers/tcp.ts'
import { serveBytes } from '../../support/conduct.ts'
import { until } from '../../support/listen.ts'
import { asked, closers } from './asking.ts'

const dial = connectionBy(guardedDial({ allow: ['127.0.0.1/32'] }))
const { ask } = tcpProber({ dial, now: () => performance.now() })

test('a connection alone is enough, and is not left open', async () => {
  const target = await serveBytes((socket) => socket.resume())
  closers.push(target.close)
  const question = asked('tcp', { host: '127.0.0.1', port: target.port })
  expect(await ask(question)).toMatchObject({ outcome: 'ok', reason: '', status: null })
  await until(() => target.open() === 0)
})

test('a text is found in whatever pieces it comes', async () => {
  const target = await serveBytes((socket) => {
    socket.write('22')
    setTimeout(() => socket.write('0 rea'), 10)
    setTimeout(() => socket.write('dy'), 20)
  })
  closers.push(target.close)
  const given = { host: '127.0.0.1', port: target.port, expect_text: '220 ready' }
  expect(await ask(asked('tcp', given))).toMatchObject({ outcome: 'ok' })
})
