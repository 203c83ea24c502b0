/** Borders that client and server both know (DESIGN §7). */
export const messageMaxChars = 16_000
export const frameMaxBytes = 128 * 1024
export const blobMaxBytes = 25 * 1024 * 1024
export const attachmentsMax = 10
/** What one visitor may upload within 24 hours. */
export const visitorDayMaxBytes = 200 * 1024 * 1024
/** The server beats this often; a client that hears nothing for `silenceMs` gives the socket up. */
export const heartbeatMs = 10_000
export const silenceMs = 25_000
/** A ticket (signed token) lives this long; clients renew it at half its life. */
export const ticketLifeMs = 15 * 60_000
/** A fresh join is given this many of the newest entries; earlier ones come over HTTP. */
export const tailEntries = 50
/** Types that a browser may show; all others are only ever downloaded. SVG and HTML are never served inline. */
export const imageTypes = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'] as const
