import { dotOf } from '../api/domain/sign.ts'
import type { ComponentStatus } from '../api/domain/words.ts'

/** A state as the browser's tab shows it; grey where a page is about none. */
export function favicon(status?: ComponentStatus): string {
  const svg = dotOf(status ?? null)
  return `data:image/svg+xml,${svg.replaceAll('#', '%23').replaceAll('<', '%3C').replaceAll('>', '%3E')}`
}
