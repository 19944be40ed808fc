import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Deps } from '../deps.ts'
import type { Env } from './openapi.ts'

/** The OpenAPI 3.1 document, generated from the schemas that parse the requests. */
export function document(app: OpenAPIHono<Env>, deps: Deps): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'key', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'key_id.secret',
  })
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'allclear_session',
  })
  app.doc31('/api/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Allclear',
      version: '1',
      description: 'A public status page and subscriber notification service.',
      license: { name: 'MIT' },
    },
    servers: [{ url: deps.publicUrl }],
  })
}
