import type { Sentences } from '#web/ui/catalogue.ts'

/** Notices to a browser while no tab is open. Each state says what is, and what to do. */
export const pushSentences = {
  pushHere: 'Tell me in this browser',
  push_off: 'Also while no tab of Lodge is open. It holds for this browser only.',
  push_turning: 'One moment …',
  push_on: 'On. This browser tells you, also while no tab of Lodge is open.',
  push_insecure: 'This page was not opened by HTTPS, and browsers allow it nowhere else. Ask whoever runs Lodge for an https:// address.',
  push_unsupported: 'This browser cannot do it. On an iPhone or iPad, add Lodge to the Home Screen first and open it there.',
  push_blocked: 'Notices from here are blocked. Allow notifications in the browser’s settings of this site, then load the page again.',
  push_away: 'Whether it is on cannot be read right now.',
  pushNotAllowed: 'Nothing was turned on: the browser asked, and was not told to allow it.',
  pushFailed: 'The browser could not reach its push service, so nothing was turned on. Try again later; some networks and some browsers do not allow it.',
  /** In the list of what leaves. `to` = "Kit (Firefox, Linux)". */
  pushTo: 'to {to}, in the browser',
} as const satisfies Sentences
