import type { Deps } from '../../deps.ts'
import { untruths } from '../../domain/truth.ts'
import { iso } from '../page.ts'
import { readFacts } from './facts.ts'

/** Whether the page is true: each thing on which it and what is known differ, with where to mend it. */
export async function auditPage(deps: Deps) {
  const now = deps.clock.now()
  const found = untruths(await readFacts(deps), now)
  return {
    is_true: found.length === 0,
    generated_at: iso(now),
    findings: found.map(({ since, ...finding }) => ({ ...finding, since: iso(since) })),
  }
}
