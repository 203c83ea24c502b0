/** What happened then, by the public accounts of those whom it happened to. */
import type { DrillName } from '#drills/drill.ts'

export interface Story {
  readonly title: string
  readonly when: string
  readonly length: string
  readonly source: string
  readonly cause: string
  readonly timeline: readonly (readonly [time: string, what: string])[]
  /** What is done to Lodge. */
  readonly here: string
  /** What the control does without. */
  readonly control: string
}

export const stories: Readonly<Record<DrillName, Story>> = {
  proxyclick: {
    title: 'Proxyclick: the storage is gone', when: '20 March 2019', length: '95 minutes', source: 'Post-mortem “Issues creating visits”, status page of Proxyclick, 21 March 2019',
    cause: 'A mass storage outage at the provider of the messaging system. Whatever happens is first put there; without its storage it rejected new events, and the back-end answered with errors.',
    timeline: [
      ['15:00 UTC', 'The first alerts arrive. The dashboard opens, but nobody can create a visit, check in or check out.'],
      ['15:12', 'Investigating: it is not possible to create visits.'],
      ['15:44', 'Identified: in contact with a provider; some visits are created, some are not.'],
      ['16:35', 'Full access is restored.'],
      ['16:39', 'Monitoring: the provider has fixed it.'],
      ['19:53', 'Resolved, after three hours of monitoring.'],
      ['21 March', 'Some visitors who registered on the iPad during the outage were never synchronised. The app’s code is to be reviewed.'],
    ],
    here: 'The database’s disk is filled up, then made read-only, and given back after a while. Kiosks are killed inside, for a time the disk of the spool is full as well, and then the server is killed.',
    control: 'Without the spool, and with kiosks that keep their queue in memory, try three times and have told their visitor already.',
  },
  serraview: {
    title: 'Serraview: connections leak', when: '25 and 29 January 2024', length: '10 h 35, and 8 h 19 four days later', source: 'Root cause analysis “Engage service not accessible”, status page of Serraview, 2 February 2024',
    cause: 'An ever-growing list of open connections that used up what the booking service could have. Restarting it made it go away, and come back.',
    timeline: [
      ['25 January, 09:33 EST', 'A few customers cannot open their instance: “Sorry, something has gone wrong.”'],
      ['16:11', 'The booking service is suspected; the search goes on.'],
      ['17:33', 'Services are restarted, which “resolves the issue”.'],
      ['20:08', 'All customers are told that it is resolved.'],
      ['29 January, 11:20 EST', 'The same errors are back.'],
      ['14:33', 'The booking services are to be restarted. Meanwhile the cause is found: open connections that only grow.'],
      ['19:39', 'Resolved, with more memory for more connections. Monitoring of connections is planned.'],
    ],
    here: 'The booking path of one account forgets to end one transaction in fifty, by turns with times in which it does not. Everybody else books and talks on, and is compared with themselves.',
    control: 'Without the watchdog that takes back what overstays, and without the breaker.',
  },
  handshakes: {
    title: 'Serraview, variant: handshakes stall', when: 'a defect of node-postgres (#3543)', length: 'until a restart', source: 'brianc/node-postgres, issue 3543',
    cause: 'A connection that is opened and never answered: the pool gives up, and counts it as one of its own ever after. After some of these there is none left.',
    timeline: [['2025', 'Reported: after a timeout while connecting the pool keeps what nobody can use.']],
    here: 'Between server and database stands a proxy that accepts new connections and says nothing, while the old ones are ended one by one.',
    control: 'There is none: what keeps this from happening is not a protection that can be switched off.',
  },
  zendesk: {
    title: 'Zendesk: everybody comes back at once', when: '26 April 2023', length: '3 h 39', source: 'Service incident of 26 April 2023, post-mortem of 2 May 2023, Zendesk',
    cause: 'A reboot of the agent workspace’s API in peak hours, as routine maintenance. All reconnected at once, and instance after instance fell under that load.',
    timeline: [
      ['16:40 UTC', 'Agents are disconnected in chat, messaging and Sunshine Conversations, across pods.'],
      ['17:19', 'First public word: reports of disconnections are being investigated.'],
      ['17:30', 'Confirmed for all pods.'],
      ['18:18', '“Resolved.”'],
      ['20:03', 'A recurrence, in all pods.'],
      ['20:19', 'The end, after a fix of how clients reconnect.'],
      ['2 May', 'Remediation: error handling when chat sessions reconnect; quicker turnaround of fixes; paging rules.'],
    ],
    here: 'The server is killed with all sockets open and at twice the usual load, and once more five seconds into its recovery.',
    control: 'Without the window that spreads reconnects, the admission of handshakes, gathered reads, and the governor; and with twice the sockets and messages each time that it does not break.',
  },
  starved: {
    title: 'Zendesk, variant: the processor goes', when: 'whenever a neighbour is loud', length: 'as long as the neighbour is', source: 'ours',
    cause: 'A machine that is shared, or a container with a quota, gives less than it gave a minute ago. What was enough for the load is too little for it.',
    timeline: [['at peak hours', 'The same load, on half of the processor: everything takes longer, queues grow, and what waits is tried again.']],
    here: 'A control group takes half of the processor time that the house was just using away from it, while everybody talks on, and gives it back after a while.',
    control: 'There is none: it is the kernel’s quota that is looked at, not a protection.',
  },
}
