// @ts-check
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'astro/config'

/**
 * A machine that renders to memory: the compiled entry is site/renderer.ts, and nothing is written but it.
 * @type {import('astro').AstroIntegration}
 */
const renderToMemory = {
  name: 'render-to-memory',
  hooks: {
    'astro:config:done': ({ setAdapter }) =>
      setAdapter({
        name: 'render-to-memory',
        entrypointResolution: 'auto',
        serverEntrypoint: fileURLToPath(new URL('./site/renderer.ts', import.meta.url)),
        supportedAstroFeatures: {
          serverOutput: 'stable',
          staticOutput: 'unsupported',
          hybridOutput: 'unsupported',
          sharpImageService: 'unsupported',
          envGetSecret: 'unsupported',
          i18nDomains: 'unsupported',
        },
      }),
  },
}

export default defineConfig({
  srcDir: './site',
  publicDir: './site/public',
  outDir: './dist',
  output: 'server',
  adapter: renderToMemory,
  build: { inlineStylesheets: 'always' },
  // Nothing but documents is served: the console's script, which is larger than Vite inlines by itself, has to be in them.
  vite: { build: { assetsInlineLimit: 16_384 } },
  markdown: { syntaxHighlight: false },
  image: { service: { entrypoint: 'astro/assets/services/noop' } },
  session: undefined,
  security: {
    checkOrigin: false,
    csp: {
      directives: [
        "default-src 'none'",
        "connect-src 'self'",
        "form-action 'self'",
        "img-src 'self' data:",
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ],
    },
  },
  devToolbar: { enabled: false },
})
