import demo from '../../db/profiles/demo.yaml'
import { readProfile } from '../../db/profile.ts'
import type { Profile } from '../../db/profile-schema.ts'
import { DomainError } from '../domain/error.ts'

const bundled: Record<string, string> = { demo }

/** The bundled profile that CONFIG names: there are no files here. */
export function bundledProfile(name = 'demo'): { name: string; profile: Profile } {
  const text = bundled[name]
  if (text === undefined)
    throw new DomainError(
      'invalid',
      `CONFIG: there is no profile ${JSON.stringify(name)} in the bundle, only ${Object.keys(bundled).join(', ')}`,
    )
  return { name, profile: readProfile(`${name}.yaml`, text) }
}
