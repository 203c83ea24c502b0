import type { Audience, IncidentState, Level, Remediation } from '#contract/status.ts'
import type { MaintenancePhase } from '../maintenances.ts'

/** What the page says, in English. Another language is another object of this shape. Nothing here is HTML: it is escaped where it is laid out. */
export const en = {
  language: 'en', direction: 'ltr' as 'ltr' | 'rtl', ownName: 'English',
  title: (name: string) => `${name} status`,
  /** The one sentence on top, by the worst that is so. */
  overall: { works: 'Everything works', slow: 'Something is slower than usual', disrupted: 'Something does not work as it should', down: 'Something is down' } satisfies Record<Level, string>,
  maintained: 'Announced maintenance is under way',
  level: { works: 'Works', slow: 'Slow', disrupted: 'Disrupted', down: 'Down' } satisfies Record<Level, string>,
  state: { investigating: 'Investigating', identified: 'Identified', monitoring: 'Monitoring', resolved: 'Resolved' } satisfies Record<IncidentState, string>,
  update: 'Update',
  audience: { visitors: 'visitors', agents: 'agents', managers: 'managers and administrators' } satisfies Record<Audience, string>,
  phase: { announced: 'Announced', running: 'Under way', done: 'Done', cancelled: 'Cancelled' } satisfies Record<MaintenancePhase, string>,
  remediation: { done: 'Done', in_progress: 'In progress', scheduled: 'Scheduled' } satisfies Record<Remediation['state'], string>,
  maintenance: 'Maintenance',
  /** `when`: a moment, or `in 12 minutes`. */
  lodgeAnswers: 'Lodge answers.',
  lodgeAway: 'Lodge has not answered since',
  lodgeNotReady: 'Lodge answers, but says of itself that it is not ready since',
  lodgeUnseen: 'Whether Lodge answers is not known yet.',
  writtenAt: 'As of',
  stale: 'This page is older than it should be: what has happened since does not stand here.',
  offline: 'This page cannot be read anew right now. It shows what was so at the time below.',
  nextUpdate: 'Next update', nextUpdateLate: 'The next update was promised for',
  begins: 'Begins', ends: 'Ends',
  affected: 'Affected', concerns: 'Concerns', someAccounts: (n: number) => n === 1 ? 'one account' : `${n} accounts`, everybody: 'everybody',
  impact: 'Felt', still: 'still', from: 'from', to: 'to', duration: 'Duration', soFar: 'so far',
  updates: 'Updates', timeline: 'Timeline', cause: 'Cause', remedies: 'What we do about it', postmortem: 'Post-mortem', publishedAt: 'Published',
  recurrence: 'It was seen before', recurred: 'It came back', early: 'It was called resolved before its time of monitoring was over:',
  openNow: 'Now', ahead: 'Announced', components: 'In detail', group: 'Others',
  upstream: (provider: string) => `by ${provider}`,
  /** For screen readers, of a row of 90 bars. `share`: `99.98 %`. */
  bars: (share: string, days: number) => `${share} of the last 90 days neither down nor disrupted; ${days} days with an incident`,
  /** `time`: `90 days`, or less while the record is young. */
  share: (share: string, time: string) => `${share} over ${time}`, ninetyDays: '90 days', noRecord: 'No record yet', noRecordDay: 'no record', noIncident: 'nothing happened', lost: (time: string) => `${time} down or disrupted`,
  daysAgo: '90 days ago', today: 'Today',
  recent: 'The last days', nothingRecent: 'Nothing happened in the last 14 days.', history: 'History', allOfYear: (year: string) => `Incidents of ${year}`, nothingInYear: 'Nothing happened in this year.',
  earlier: 'Earlier', home: 'Status now', more: 'All about it', updatesSoFar: (n: number) => n === 1 ? 'One update so far' : `${n} updates so far`,
  subscribe: 'Be told', subscribeText: 'We write to you when something happens, and when it is over. Every mail has a link that changes or ends it.', email: 'E-mail address', subscribeButton: 'Be told by e-mail', feed: 'Atom feed', json: 'As JSON',
  only: 'Only about some of it', onlyText: 'Nothing chosen means all of it.', onlyButton: 'Only these', chosenTitle: 'Your choice is kept',
  askedTitle: 'Look into your mail', asked: 'We have sent you a mail with a link. You are told from when you have opened it. If no mail comes, look at the address and try again.',
  confirmTitle: 'Be told by e-mail', confirmText: (to: string) => `Do you want to be told at ${to} when something happens?`, confirmButton: 'Yes, tell me', confirmedTitle: 'You will be told', confirmed: 'Every mail has a link that changes or ends it.',
  endTitle: 'Be told no more', endText: (to: string) => `Shall we stop writing to ${to}?`, endButton: 'Stop', endedTitle: 'You will be told no more', ended: 'You can subscribe again at any time.',
  wrongTitle: 'That did not work', wrongAddress: 'This is no e-mail address. Go back and look at it.', wrongLink: 'This link is not valid any more.', tooMany: 'Too many asked at once. Try again in a few minutes.', notThereTitle: 'There is no such page', notThere: 'The address may be old or mistyped.',
  mail: {
    confirmSubject: (name: string) => `Be told of ${name}?`, confirm: (name: string) => `You asked to be told when something happens to ${name}. Open this link to say that you want it:`, otherwise: 'If you did not ask, do nothing; we will not write again.',
    maintenance: (title: string) => `Maintenance: ${title}`, read: 'Read it there', end: 'Be told no more',
  },
}
export type Words = typeof en
