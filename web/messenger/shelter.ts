import { options } from 'preact'

/** What keeps host page and messenger out of each other's way. The reasons are in docs/decisions/0005-messenger-in-the-page.md. */
export interface Shelter {
  readonly root: ShadowRoot
  readonly addStyle: (css: string) => void
  readonly remove: () => void
}

/**
 * A shadow root of its own at the end of the document, outside <body>: rules like `body > :last-child` do not see it, a
 * transformed or exchanged body does not move it, and inline `!important` keeps it out of reach of `* { … !important }`.
 */
export function shelter(): Shelter {
  const host = document.createElement('lodge-messenger')
  host.style.cssText = 'all: initial !important; position: fixed !important; z-index: 2147483000 !important; inset: auto 0 0 auto !important'
  const root = host.attachShadow({ mode: 'open' })
  document.documentElement.append(host)
  return {
    root,
    addStyle(css) {
      const sheet = new CSSStyleSheet()
      sheet.replaceSync(css)
      root.adoptedStyleSheets.push(sheet)
    },
    remove: () => host.remove(),
  }
}

/** An error inside must not become an error of the host page, where it would be counted, reported or shown. */
export function containErrors(base: string): void {
  options.vnode = (vnode) => {
    if (typeof vnode.type === 'string') {
      const props = vnode.props as Record<string, unknown>
      for (const [name, value] of Object.entries(props)) {
        if (name.startsWith('on') && typeof value === 'function') props[name] = contained(value as (...args: unknown[]) => unknown)
      }
    }
  }
  const isOurs = (origin: string | undefined): boolean => origin?.includes(base) ?? false
  addEventListener('error', (event) => {
    if (isOurs(event.filename)) keep(event, event.error)
  }, true)
  addEventListener('unhandledrejection', (event) => {
    if (event.reason instanceof Error && isOurs(event.reason.stack)) keep(event, event.reason)
  }, true)
}

function contained<A extends unknown[], R>(fn: (...args: A) => R): (...args: A) => R | undefined {
  return function (this: unknown, ...args) {
    try {
      return fn.apply(this, args)
    } catch (error) {
      whisper(error)
      return undefined
    }
  }
}

function keep(event: Event, error: unknown): void {
  event.preventDefault()
  event.stopImmediatePropagation()
  whisper(error)
}

export function whisper(error: unknown): void {
  // oxlint-disable-next-line no-console -- all that the developer of the host page gets to know of it
  console.debug('Lodge messenger:', error)
}
