import { createRoute, z } from '@hono/zod-openapi'
import { updatePage } from '../actions/page-settings.ts'
import { pageView as pageViewOf, thePage, type Page } from '../actions/page.ts'
import { nudge } from '../actions/nudge.ts'
import type { Deps } from '../deps.ts'
import { DomainError } from '../domain/error.ts'
import { locales } from '../domain/message.ts'
import { impacts, type Scope } from '../domain/words.ts'
import { requireScope } from './auth.ts'
import { brandEdit, brandView } from './brand-inputs.ts'
import { atLeastOne } from './catalog-inputs.ts'
import { operatorProblems, operatorSecurity, routes } from './openapi.ts'
import { pageView } from './views.ts'

const MOST_CANARIES = 5

const canaries = z
  .array(z.string().trim().max(2000))
  .max(MOST_CANARIES, `must be at most ${MOST_CANARIES}`)
  .refine((urls) => new Set(urls).size === urls.length, 'must all differ')
  .openapi({
    description:
      'URLs of others that nearly always answer: a silent target goes down only if one of them answers.',
  })
const languages = z
  .array(z.string().max(35))
  .max(locales.length, `must be at most ${locales.length}`)
  .openapi({
    description: `In which pages are published beside the page's own, under \`/<language>/\`: of ${locales.join(', ')}.`,
  })
const target = z
  .number('must be a number of percent')
  .min(50, 'must be 50 to 100 percent')
  .max(100, 'must be 50 to 100 percent')
  .openapi({ description: 'Percent of a month that a component should work.' })

const words = z.string().trim().min(1, 'must not be empty').max(200)
const webPage = z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' })

const supportEdit = z
  .strictObject({
    email: z.email('must be an email address').nullable(),
    url: webPage.nullable(),
    hours: words.nullable(),
    response: words
      .nullable()
      .openapi({ description: 'When a first answer may be expected, such as within one day.' }),
    include: z
      .array(words)
      .max(12, 'must be at most 12')
      .openapi({ description: 'What a report should carry, a line each.' }),
  })
  .partial()

export const pageEdit = atLeastOne(
  z.strictObject({
    name: words.optional(),
    description: z.string().trim().max(500).optional(),
    brand: brandEdit.optional(),
    support: supportEdit.optional(),
    privacy_url: webPage.nullable().optional(),
    terms_url: webPage.nullable().optional(),
    languages: languages.optional(),
    canaries: canaries.optional(),
    uptime_target: target.optional(),
  }),
)
  .openapi('PageEdit')
  .transform(({ uptime_target, support = {}, privacy_url, terms_url, ...same }) =>
    withoutMissing({
      ...same,
      supportEmail: support.email,
      supportUrl: support.url,
      supportHours: support.hours,
      supportResponse: support.response,
      supportInclude: support.include,
      privacyUrl: privacy_url,
      termsUrl: terms_url,
      uptimeTarget: uptime_target,
    }),
  )

/** What is not named stays as it is. */
function withoutMissing<T extends object>(fields: T) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}

const pageSettingsView = z
  .object({
    name: z.string(),
    description: z.string(),
    brand: brandView,
    support: pageView.shape.support,
    privacy_url: z.string().nullable(),
    terms_url: z.string().nullable(),
    locale: z.string(),
    languages: z.array(z.string()),
    canaries: z.array(z.string()),
    uptime_target: z.number(),
    severities: z.array(z.object({ key: z.string(), name: z.string(), impact: z.enum(impacts) })),
  })
  .openapi('PageSettings')

export type PageSettingsView = z.infer<typeof pageSettingsView>

const shown = {
  200: {
    description: 'The settings as they are now.',
    content: { 'application/json': { schema: pageSettingsView } },
  },
  ...operatorProblems,
}

/** The page as a whole. */
export function pageSettingsRoutes(deps: Deps) {
  const tagged = { tags: ['Page'], security: operatorSecurity }
  const app = routes()

  app.openapi(
    createRoute({
      ...tagged,
      middleware: requireScope(deps, 'read'),
      method: 'get',
      path: '/api/admin/page',
      summary: 'The page as a whole: its words, looks and support, and how it is watched',
      responses: shown,
    }),
    async (c) => c.json(viewOfSettings(deps, await thePage(deps)), 200),
  )

  app.openapi(
    createRoute({
      ...tagged,
      middleware: requireScope(deps, 'read'),
      method: 'patch',
      path: '/api/admin/page',
      summary:
        'Change words, looks, languages and support of the page, canaries, or the target of uptime',
      request: {
        body: { required: true, content: { 'application/json': { schema: pageEdit } } },
      },
      responses: shown,
    }),
    async (c) => {
      const change = c.req.valid('json')
      for (const field of Object.keys(change)) assertScope(c.get('scopes'), scopeFor(field))
      const after = await updatePage(deps, c.get('actor'), change)
      nudge(deps)
      return c.json(viewOfSettings(deps, after), 200)
    },
  )

  return app
}

/** What is watched is another right than what is shown. */
function scopeFor(field: string): Scope {
  return field === 'canaries' || field === 'uptimeTarget' ? 'probes:write' : 'components:write'
}

function assertScope(scopes: Scope[], scope: Scope): void {
  if (!scopes.includes(scope))
    throw new DomainError('forbidden', `this key lacks the scope ${scope}`)
}

function viewOfSettings(deps: Deps, page: Page): PageSettingsView {
  const { name, description, brand, support, privacy_url, terms_url } = pageViewOf(deps, page)
  return {
    name,
    description,
    brand,
    support,
    privacy_url,
    terms_url,
    locale: page.locale,
    languages: page.languages,
    canaries: page.canaries,
    uptime_target: page.uptimeTarget,
    severities: page.severities.map(({ key, name, impact }) => ({ key, name, impact })),
  }
}
