import { z } from '@hono/zod-openapi'

const link = z.strictObject({ label: z.string().trim(), url: z.string().trim() })

/** How the page looks; what is wrong with it is said by the rules, by field. */
export const brandEdit = z
  .strictObject({
    logo: z
      .string()
      .nullable()
      .openapi({ description: 'A data: URI of an SVG or PNG of at most 32 KiB.' }),
    accent: z
      .string()
      .nullable()
      .openapi({ description: 'Such as #14598c; 4.5:1 to the light background.' }),
    accent_dark: z
      .string()
      .nullable()
      .openapi({ description: 'Such as #86bdf0; 4.5:1 to the dark background.' }),
    links: z.array(link).openapi({ description: 'Shown in the header, at most 5.' }),
    css: z.string().nullable().openapi({ description: 'Added after our own style.' }),
  })
  .partial()

export const brandView = z
  .object({
    logo: z
      .object({
        type: z.enum(['image/svg+xml', 'image/png']),
        base64: z.string(),
        width: z.number(),
        height: z.number(),
      })
      .nullable(),
    accent: z.string().nullable(),
    accent_dark: z.string().nullable(),
    links: z.array(z.object({ label: z.string(), url: z.string() })),
    css: z.string().nullable(),
  })
  .openapi('Brand')
