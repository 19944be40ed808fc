import { existsSync } from 'node:fs'
import { DomainError } from '../domain/error.ts'

const compiled = new URL('../../dist/server/entry.mjs', import.meta.url)

type Site = typeof import('../../site/renderer.ts')

export function requireSite(): void {
  if (!existsSync(compiled))
    throw new DomainError('invalid', 'the site is not built yet: run `npm run build` first')
}

export function loadSite(): Promise<Site> {
  return import(compiled.href) as Promise<Site>
}
