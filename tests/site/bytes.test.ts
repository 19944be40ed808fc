import { brotliCompressSync, constants } from 'node:zlib'
import { expect, test } from 'vitest'
import { locales } from '../../api/domain/message.ts'
import { checkout, component, home, page, runs } from './fixtures.ts'
import { read } from './read.ts'

/** Twenty components of ninety days, each with a day of its own on which something was wrong. */
const components = Array.from({ length: 20 }, (_, index) =>
  component({
    id: `component${String(index).padStart(3, '0')}`,
    name: `Component ${index}`,
    uptime: 99.9 - index / 100,
    runs: runs({ [index * 4]: { status: 'partial_outage', partial_s: 600 + index, uptime: 99.8 } }),
  }),
)
const groups = [{ id: null, name: null, description: null, status: checkout.status, components }]

test.each(locales)('the front page in six languages is at most 14 KiB in %s', async (locale) => {
  const languages = locales.filter((one) => one !== 'en')
  const view = { ...home, groups, page: { ...page, languages } }
  const { html } = await read('/', { home: view }, locale === 'en' ? {} : { locale })
  expect(html).toContain(`<html lang="${locale}"`)
  // As the store compresses it.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 5 }
  expect(brotliCompressSync(html, { params }).length).toBeLessThanOrEqual(14 * 1024)
})
