import { complaintAboutAccent } from './brand-colour.ts'
import { complaintAboutCss } from './brand-css.ts'
import { readLogo, type Logo } from './brand-logo.ts'
import { DomainError, type FieldError } from './error.ts'

/** How the page looks where it should not look like ours. */
export type Brand = {
  logo: Logo | null
  /** Of links, buttons and focus, `#rrggbb`; null: our own. */
  accent: string | null
  accent_dark: string | null
  /** Shown in the header, beside the name. */
  links: BrandLink[]
  /** Added after our own style. */
  css: string | null
}

export type BrandLink = { label: string; url: string }

/** As it is written in a profile or sent to the API: the logo is a `data:` URI. */
export type BrandWish = Omit<Brand, 'logo'> & { logo: string | null }

export const noBrand: Brand = { logo: null, accent: null, accent_dark: null, links: [], css: null }

/** More would not stand beside each other. */
const MOST_LINKS = 5
const LONGEST_LABEL = 40

/** What is wished for over what there was; throws all that is wrong with it, by field. */
export function changedBrand(before: Brand, wish: Partial<BrandWish>): Brand {
  const fields: FieldError[] = []
  const complain = (path: string, message: string | null) =>
    message !== null && fields.push({ path, message })
  const brand = { ...before, ...wish, logo: before.logo }
  if (wish.logo !== undefined) brand.logo = logoOf(wish.logo, complain)
  if (wish.accent) complain('accent', complaintAboutAccent(wish.accent, 'light'))
  if (wish.accent_dark) complain('accent_dark', complaintAboutAccent(wish.accent_dark, 'dark'))
  for (const [path, message] of complaintsAboutLinks(wish.links ?? [])) complain(path, message)
  if (wish.css) complain('css', complaintAboutCss(wish.css))
  if (fields.length > 0)
    throw new DomainError(
      'invalid',
      fields.map(({ path, message }) => `${path}: ${message}`).join('\n'),
      { fields },
    )
  return brand
}

function logoOf(uri: string | null, complain: (path: string, message: string) => unknown) {
  try {
    return uri === null ? null : readLogo(uri)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    complain('logo', error.message)
    return null
  }
}

function* complaintsAboutLinks(links: BrandLink[]): Generator<[path: string, message: string]> {
  if (links.length > MOST_LINKS) yield ['links', `must be at most ${MOST_LINKS}`]
  for (const [index, { label, url }] of links.entries()) {
    if (label.trim() === '' || label.length > LONGEST_LABEL)
      yield [`links.${index}.label`, `must be 1 to ${LONGEST_LABEL} characters`]
    if (!isLink(url)) yield [`links.${index}.url`, 'must be an http(s) or mailto URL']
  }
}

function isLink(text: string): boolean {
  return /^(https?|mailto):$/.test(URL.parse(text)?.protocol ?? '')
}
