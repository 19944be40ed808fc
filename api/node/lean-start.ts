import { enableCompileCache, registerHooks } from 'node:module'
import { setFlagsFromString } from 'node:v8'

const drizzle = new Map<string, { url: string; format: 'module' }>()

/**
 * Imported before all others. Node reads the whole package.json of an imported file to learn its format, and drizzle-orm's
 * lists 447 exports: 200 files of it took a second and 150 MB at each start. What is known anyway need not be read.
 */
registerHooks({
  resolve(specifier, context, next) {
    if (specifier.startsWith('.') && context.parentURL?.includes('/node_modules/drizzle-orm/'))
      return {
        url: new URL(specifier, context.parentURL).href,
        format: 'module',
        shortCircuit: true,
      }
    if (!specifier.startsWith('drizzle-orm')) return next(specifier, context)
    const known = drizzle.get(specifier) ?? { url: next(specifier, context).url, format: 'module' }
    drizzle.set(specifier, known)
    return { ...known, shortCircuit: true }
  },
})

enableCompileCache()

// Loading modules makes much garbage once: 50 MB of young generation that would never be given back.
setFlagsFromString('--semi-space-growth-factor=1')

/** From here on memory may grow with the load. */
export function endLeanStart(): void {
  setFlagsFromString('--semi-space-growth-factor=2')
}
