import { z } from 'zod'
import { changedBrand, noBrand } from '../api/domain/brand.ts'
import { DomainError } from '../api/domain/error.ts'

const text = (what: string) => z.string(`must be ${what}`).nullable().default(null)
const link = z.strictObject({ label: z.string().trim(), url: z.string().trim() })

/** How the page looks; becomes what is stored, with the logo's size read from it. */
export const brand = z
  .strictObject({
    logo: text('a data: URI of an SVG or PNG, or the path of such a file beside the profile'),
    accent: text("a colour in quotes, such as '#14598c'"),
    accent_dark: text("a colour in quotes, such as '#86bdf0'"),
    links: z.array(link, 'must be a list of { label, url }').default([]),
    css: text('CSS'),
  })
  .transform((wish, context) => {
    try {
      return changedBrand(noBrand, wish)
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      for (const { path, message } of error.fields)
        context.addIssue({ code: 'custom', path: path.split('.').map(place), message })
      return z.NEVER
    }
  })

function place(part: string): string | number {
  return /^\d+$/.test(part) ? Number(part) : part
}
