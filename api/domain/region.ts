/** Where probes are asked from unless they say otherwise. */
export const mainRegion = 'main'

export const regionName = /^[a-z0-9][a-z0-9-]{0,31}$/

/** The places that ask for a probe. */
export function regionsOf({ regions }: { regions: string[] }): string[] {
  return regions.length === 0 ? [mainRegion] : regions
}
