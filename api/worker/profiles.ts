import deeplearn from '../../db/profiles/deeplearn.yaml'
import demo from '../../db/profiles/demo.yaml'
import edustream from '../../db/profiles/edustream.yaml'
import eka from '../../db/profiles/eka.yaml'
import governance from '../../db/profiles/governance.yaml'
import sofacover from '../../db/profiles/sofacover.yaml'
import { readProfile } from '../../db/profile.ts'
import type { Profile } from '../../db/profile-schema.ts'
import { DomainError } from '../domain/error.ts'

const bundled: Record<string, string> = { deeplearn, demo, edustream, eka, governance, sofacover }

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
