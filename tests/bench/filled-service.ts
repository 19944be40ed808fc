import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { published, startService, type Service } from '../support/service.ts'
import { fillHistory, profileOf } from './fill.ts'

/** The service with a page of its own and everything of it published. */
export async function filledService(
  componentCount: number,
  pastIncidents: number,
  env: Record<string, string> = {},
  languages: string[] = [],
): Promise<Service> {
  const dir = await mkdtemp(join(tmpdir(), 'allclear-bench-'))
  const profile = join(dir, 'profile.yaml')
  await writeFile(profile, profileOf(componentCount, languages))
  const service = await startService({ CONFIG: profile, ...env })
  await fillHistory(service.dir, pastIncidents)
  await published(service)
  return {
    ...service,
    async [Symbol.asyncDispose]() {
      await service[Symbol.asyncDispose]()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** What an operator posts; returns the id of what came of it. */
export async function posted(service: Service, path: string, body: unknown): Promise<string> {
  const answer = await service.api(path, { method: 'POST', body })
  if (answer.status !== 201)
    throw new Error(`${path} was answered with ${answer.status}: ${await answer.text()}`)
  return ((await answer.json()) as { id: string }).id
}
