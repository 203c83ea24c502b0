import anyAscii from 'any-ascii'

/** A part of an address out of a title in any script; `it` where nothing is left. */
export const slugOf = (text: string): string => anyAscii(text).toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 60).replace(/-+$/, '') || 'it'
