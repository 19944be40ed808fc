import { endLeanStart } from './lean-start.ts'

// What loads lean is loaded after it.
await import('./telling-work.ts')
endLeanStart()
