import type { Sentences } from '#web/ui/catalogue.ts'

/** Reports and the live board. */
export const reportSentences = {
  goReports: 'Reports',
  doorReportsText: 'Who waits right now, and how four weeks went: volume, first response, resolution.',

  // The live board
  boardNow: 'Now',
  boardWaiting: 'Waiting',
  /** `age` = "4 min": of the person who has waited longest. */
  boardLongest: 'longest {age}',
  boardNobodyWaits: 'nobody waits',
  boardOpen: 'Open',
  boardUnassigned: '{n} without a person',
  boardAllAssigned: 'each with a person',
  boardOnline: 'Online',
  /** `n` people work here. */
  boardOfPeople: { one: 'of {n} person', other: 'of {n} people' },
  boardOnSite: 'On site',
  boardAtDoor: { one: '{n} waits to be let in', other: '{n} wait to be let in' },
  boardExpected: '{n} more expected today',
  boardNobodyExpected: 'nobody else expected today',
  boardBooked: 'Booked now',
  boardCheckedIn: '{n} checked in',
  boardPeople: 'People and their load',
  boardPlaces: 'Places',
  boardNobodyThere: 'Nobody is online and no conversation has a person.',
  /** Of a person in the list. */
  boardLoad: '{n} open',
  boardLoadWaiting: '{n} waiting',
  boardWall: 'Full screen',
  boardWallEnd: 'Leave full screen',
  /** Shown while the line is cut. `time` = "14:02". */
  boardOld: 'As it was at {time}. It goes on by itself when the connection is back.',
  presenceOffline: 'Offline',

  // The range
  reportTitle: 'Conversations',
  rangeLabel: 'Range',
  rangeToday: 'Today',
  rangeWeek: '7 days',
  rangeMonth: '28 days',
  rangeCustom: 'Other days',
  rangeFrom: 'First day',
  rangeTo: 'Last day',
  filterInbox: 'Inbox',
  filterChannel: 'Channel',
  filterAgent: 'Person',
  filterAll: 'All',
  channel_web: 'Web',
  channel_sms: 'SMS',
  /** `time` = "09:25" or "25 Nov 09:25". */
  completeUpTo: 'Complete up to {time}. What came after is being counted.',
  completeNow: 'Complete up to now',
  /** `zone` = "Stockholm, GMT+1" */
  reportZone: 'Days and hours of {zone}',

  // Figures
  figOpened: 'Conversations',
  figMessagesIn: 'Messages received',
  figMessagesOut: 'Messages sent',
  figAnswered: 'Answered',
  figFirstResponse: 'First response',
  figResolved: 'Resolved',
  figResolution: 'Resolution',
  figReopened: 'Reopened',
  median: 'median',
  /** `what` = "First response" */
  figMedian: '{what}, median',
  p90: '9 in 10 within',
  /** Below a figure. `time` = "12 min". */
  p90Within: '9 in 10 within {time}',
  figNone: 'none yet',
  /** Compared with as many days before. `percent` = "12 %". */
  moreThanBefore: '{percent} more than in the days before',
  lessThanBefore: '{percent} less than in the days before',
  asBefore: 'as in the days before',
  longerThanBefore: '{percent} longer than in the days before',
  shorterThanBefore: '{percent} shorter than in the days before',
  figSeconds: { one: '{n} s', other: '{n} s' },

  // Plots and tables
  plotVolume: 'Conversations over time',
  plotResponse: 'First response over time',
  plotHours: 'Messages by hour of the day',
  plotAsTable: 'Show as table',
  plotAsPlot: 'Show as plot',
  /** For screen readers. `title` = "First response over time" */
  plotSays: '{title}. The same as a table is behind “Show as table”.',
  colTime: 'Time',
  colHour: 'Hour',
  tableAgents: 'By person',
  tableChannels: 'By channel',
  tableInboxes: 'By inbox',

  // Files
  exportCsv: 'Download as CSV',
  export_time: 'Figures over time',
  export_hour: 'By hour of the day',
  export_agent: 'By person',
  export_channel: 'By channel',
  export_inbox: 'By inbox',
  export_conversations: 'Every conversation',
  exporting: 'The file is being made …',
  exportFailed: 'The file could not be made',

  // When there is nothing
  reportEmpty: 'No conversations in these days',
  reportEmptyText: 'Choose other days, or take a filter away.',
  reportFailed: 'The report could not be read',
  /** Above what was read before. `time` = "14:02" */
  reportOld: 'As of {time}: it could not be read again. It will be as soon as that is possible.',
  reportOverloaded: 'Reports step back while much is going on. Messages go first; try again in a moment.',
} as const satisfies Sentences
