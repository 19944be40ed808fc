import type { Client } from '@libsql/client'
import type { Deps } from '../../api/deps.ts'
import { DomainError } from '../../api/domain/error.ts'

type Batch = Client['batch']
type Query = { sql: string }

/** As soon as the next request to the database that mentions `words` is answered, `then` something happens. */
export function whenAnswered(deps: Deps, words: string, then: () => void): void {
  let isOver = false
  onEachRequest(deps, (ask) => async (statements, mode) => {
    const answer = await ask(statements, mode)
    if (!isOver && JSON.stringify(statements).includes(words)) {
      isOver = true
      then()
    }
    return answer
  })
}

/** Whatever is to be written fails while it `isDown`; what is read is answered. */
export function refuseWrites(deps: Deps, isDown: () => boolean): { refused(): number } {
  let refused = 0
  onEachRequest(deps, (ask) => (statements, mode) => {
    if (mode === 'read' || !isDown()) return ask(statements, mode)
    refused++
    return Promise.reject(new DomainError('unavailable', 'nothing can be written'))
  })
  return { refused: () => refused }
}

/**
 * The next request to the database that mentions `words` fails: before anything of it is done, or `after` that, when
 * only its answer is lost. From then on all others fail while it `isDown`.
 */
export function loseAnswer(
  deps: Deps,
  words: string,
  { after = false, isDown = () => false }: { after?: boolean; isDown?: () => boolean } = {},
): { lost(): number } {
  let lost = 0
  onEachRequest(deps, (ask) => async (statements, mode) => {
    const isMeant = JSON.stringify(statements).includes(words)
    if (lost > 0 ? !isDown() : !isMeant) return ask(statements, mode)
    lost++
    if (isMeant && after) await ask(statements, mode)
    throw new DomainError('unavailable', 'the answer was lost')
  })
  return { lost: () => lost }
}

function onEachRequest(deps: Deps, change: (ask: Batch) => Batch): void {
  const client = (deps.db as unknown as { $client: Client }).$client
  client.batch = change(client.batch)
  const { execute } = client
  const batch = change(async ([statement]) => [await execute(statement as string)])
  client.execute = async (statement: Parameters<Client['execute']>[0]) => {
    const { sql } = typeof statement === 'string' ? { sql: statement } : (statement as Query)
    return (await batch([statement], /^\s*select/i.test(sql) ? 'read' : 'write'))[0]!
  }
}
