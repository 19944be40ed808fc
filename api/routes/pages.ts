import { createRoute, z } from '@hono/zod-openapi'
import { componentPage } from '../actions/publishing/component-page.ts'
import { historyPage, thisYear, yearPage } from '../actions/publishing/history.ts'
import { feedPage, homePage, incidentPage } from '../actions/publishing/pages.ts'
import type { Deps } from '../deps.ts'
import { componentPageView, responseTimesView, uptimeView } from './component-views.ts'
import { inEveryLanguage } from './languages.ts'
import { problems, routes } from './openapi.ts'
import { feedView, historyView, homeView, incidentPageView, yearView } from './views.ts'

const id = z.object({
  id: z.string().regex(/^[a-z0-9]{12}$/, 'must be 12 lower-case alphanumerics'),
})

const figures = [
  {
    path: '/components/{id}/uptime.json',
    summary: 'Uptime of a component: 90 days, and 12 months against the target',
    schema: uptimeView,
  },
  {
    path: '/components/{id}/response-times.json',
    summary: 'Response times of a component over 24 hours, 7, 30, 90 and 365 days, by probe',
    schema: responseTimesView,
  },
]

/** The facts behind the public pages; the site renders from them at the moment of change. */
export function pageRoutes(deps: Deps) {
  const app = routes()

  app.on('GET', inEveryLanguage('/history'), async (c) =>
    c.redirect(`${c.req.path}/${await thisYear(deps)}`, 302),
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/pages/home',
      tags: ['Pages'],
      summary: 'Overall status, components with 90 days, open and recent incidents',
      responses: {
        200: {
          description: 'The front page.',
          content: { 'application/json': { schema: homeView } },
        },
        ...problems('unavailable'),
      },
    }),
    async (c) => c.json(await homePage(deps), 200),
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/pages/incidents/{id}',
      tags: ['Pages'],
      summary: 'One public incident with its timeline',
      request: { params: id },
      responses: {
        200: {
          description: 'The incident.',
          content: { 'application/json': { schema: incidentPageView } },
        },
        ...problems('invalid', 'not_found', 'unavailable'),
      },
    }),
    async (c) => c.json(await incidentPage(deps, c.req.valid('param').id), 200),
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/pages/feed',
      tags: ['Pages'],
      summary: 'The newest incidents and maintenances with their timelines',
      responses: {
        200: {
          description: 'What the feeds tell.',
          content: { 'application/json': { schema: feedView } },
        },
        ...problems('unavailable'),
      },
    }),
    async (c) => c.json(await feedPage(deps), 200),
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/pages/history/{month}',
      tags: ['Pages'],
      summary: 'What happened in a month',
      request: {
        params: z.object({
          month: z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'must be a month such as 2026-11'),
        }),
      },
      responses: {
        200: {
          description: 'The month.',
          content: { 'application/json': { schema: historyView } },
        },
        ...problems('invalid', 'unavailable'),
      },
    }),
    async (c) => c.json(await historyPage(deps, c.req.valid('param').month), 200),
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/pages/years/{year}',
      tags: ['Pages'],
      summary: 'A year by its months: incidents by impact, maintenances, minutes',
      request: {
        params: z.object({
          year: z.string().regex(/^(\d{4}|present)$/, 'must be a year such as 2026, or `present`'),
        }),
      },
      responses: {
        200: {
          description: 'The year.',
          content: { 'application/json': { schema: yearView } },
        },
        ...problems('invalid', 'unavailable'),
      },
    }),
    async (c) => {
      const { year } = c.req.valid('param')
      return c.json(await yearPage(deps, year === 'present' ? null : year), 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/pages/components/{id}',
      tags: ['Pages'],
      summary: 'One component: 90 days, 12 months, response times, incidents',
      request: { params: id },
      responses: {
        200: {
          description: 'The component.',
          content: { 'application/json': { schema: componentPageView } },
        },
        ...problems('invalid', 'not_found', 'unavailable'),
      },
    }),
    async (c) => c.json(await componentPage(deps, c.req.valid('param').id), 200),
  )

  // Published like the pages themselves, so that they are read without the database: only declared here.
  for (const { path, summary, schema } of figures)
    app.openAPIRegistry.registerPath({
      method: 'get',
      path,
      tags: ['Pages'],
      summary,
      request: { params: id },
      responses: {
        200: { description: 'As published.', content: { 'application/json': { schema } } },
        ...problems('not_found'),
      },
    })

  return app
}
