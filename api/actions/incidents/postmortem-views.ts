import type { PostmortemFigures } from '../../domain/postmortem-figures.ts'
import { iso } from '../page.ts'

export function viewOfFigures({ began_at, ended_at, recovered_at, ...figures }: PostmortemFigures) {
  return {
    began_at: iso(began_at),
    ended_at: iso(ended_at),
    recovered_at: iso(recovered_at),
    ...figures,
  }
}
