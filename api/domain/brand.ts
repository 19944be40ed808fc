/** How the page looks where it should not look like ours. */
export type Brand = {
  logo: Logo | null
  /** Of links, buttons and focus, `#rrggbb`; null: our own. */
  accent: string | null
  accent_dark: string | null
  /** Shown in the header, beside the name. */
  links: { label: string; url: string }[]
  /** Added after our own style. */
  css: string | null
}

export type Logo = {
  type: 'image/svg+xml' | 'image/png'
  base64: string
  /** CSS pixels. */
  width: number
  height: number
}

export const noBrand: Brand = { logo: null, accent: null, accent_dark: null, links: [], css: null }
