import { Hono } from 'hono'
import { render } from '../support/site.ts'
import {
  componentPage,
  generatedAt,
  history,
  home,
  incident,
  maintenance,
  managePage,
  page,
  resolved,
  reviewed,
  subscribePage,
  year,
} from './fixtures.ts'

type Answers = Record<string, unknown>

const standard: Answers = {
  home,
  'incidents/incident0001': { page, generated_at: generatedAt, incident },
  'incidents/incident0002': { page, generated_at: generatedAt, incident: resolved },
  'incidents/incident0003': { page, generated_at: generatedAt, incident: reviewed },
  'incidents/upkeep000001': { page, generated_at: generatedAt, incident: maintenance },
  'history/2026-11': history,
  'years/2026': year,
  'years/present': year,
  [`components/${componentPage.component.id}`]: componentPage,
  subscribe: subscribePage,
  manage: managePage,
}

/** The API as the site knows it, answering with fixtures. */
export function fixtureApi(changes: Answers = {}) {
  const answers = { ...standard, ...changes }
  return new Hono().get('/api/pages/*', (c) => {
    const answer = answers[c.req.path.slice('/api/pages/'.length)]
    return answer ? c.json(answer) : c.notFound()
  })
}

/** What Astro adds to elements so that a component's styles stay its own. */
const scope = / data-astro-cid-\w+(="true")?/g

/** One page of the site over fixtures; `changes` are keyed by the API's path. */
export async function read(path: string, changes: Answers = {}, locals: object = {}) {
  const api = fixtureApi(changes)
  const response = await render(path, {
    fetch: async (url: URL) => api.request(url.href),
    ...locals,
  })
  const html = (await response.text()).replaceAll(scope, '')
  return { status: response.status, headers: response.headers, html }
}
