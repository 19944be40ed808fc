import { expect, test } from 'vitest'
import { publishDue } from '../../../api/actions/publishing/publish.ts'
import { servedWorld } from '../../support/http.ts'

const READERS = 5000

test('a burst of readers after an incident asks the database nothing: it is closed', async () => {
  await using w = await servedWorld()
  const answer = await w.api('/api/admin/incidents', {
    method: 'POST',
    body: {
      name: 'Orders fail',
      body: 'We are looking into it.',
      components: [{ key: 'checkout', status: 'major_outage' }],
    },
  })
  const { id } = (await answer.json()) as { id: string }
  await publishDue(w.deps)
  await w.settled()
  w.deps.db.close()
  const paths = [`/incidents/${id}`, '/', '/api/v2/summary.json', '/history.atom', '/badge.svg']
  const encodings = ['br', 'gzip', 'identity']
  for (let reader = 0; reader < READERS; reader++) {
    const path = paths[reader % paths.length]!
    const encoding = encodings[reader % encodings.length]!
    const request = new Request(`http://status.example${path}`, {
      headers: { 'accept-encoding': encoding },
    })
    const read = await w.app.fetch(request)
    if (read.status !== 200) expect([path, read.status]).toEqual([path, 200])
    await read.arrayBuffer()
  }
  const gone = await w.api(`/api/admin/incidents/${id}`)
  expect(gone.status).toBeGreaterThanOrEqual(500)
})
