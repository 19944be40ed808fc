import { testMachine } from '../support/machine-contract.ts'
import { startService } from '../support/service.ts'

// Its heart beats by itself.
testMachine(async (env) =>
  Object.assign(await startService(env), { beat: () => Promise.resolve() }),
)
