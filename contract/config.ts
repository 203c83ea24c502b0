/** Every option there is. `docs/config.md` is made from this, and `server/config.ts` reads the environment by it. */

interface Common {
  readonly env: string
  readonly text: string
  readonly group: 'Addresses' | 'Data' | 'Backup' | 'Mail' | 'Channels' | 'Running' | 'Drills'
  /** Never shown, also not when it is wrong. */
  readonly secret?: true
}
export type Option = Common & (
  | { readonly kind: 'integer'; readonly unit: string; readonly min: number; readonly max: number; readonly default?: number }
  | { readonly kind: 'text'; readonly default?: string }
  | { readonly kind: 'choice'; readonly of: readonly string[]; readonly default: string }
  | { readonly kind: 'url'; readonly schemes: readonly string[]; /** Nothing behind host and port. */ readonly bare?: true }
  | { readonly kind: 'folder'; readonly default?: string }
  /** Of day, `03:30`. */
  | { readonly kind: 'time'; readonly default: string }
  | { readonly kind: 'file' }
  | { readonly kind: 'networks' }
  /** Words of `of`, separated by commas. */
  | { readonly kind: 'some'; readonly of: readonly string[]; readonly default: readonly string[] }
  | { readonly kind: 'proxies'; readonly default: false }
)

type Plain<O extends Option> =
  O extends { kind: 'integer' } ? number : O extends { kind: 'some' } ? readonly O['of'][number][] : O extends { kind: 'choice' } ? O['of'][number] : O extends { kind: 'proxies' } ? boolean | string : string
type Value<O extends Option> = O extends { default: unknown } ? Plain<O> : Plain<O> | undefined
export type Config = { readonly [name in keyof typeof options]: Value<(typeof options)[name]> }

/**
 * What keeps Lodge open, by the name under which a drill switches it off to show what breaks without it. `spool`: messages and check-ins
 * go to disk while the database is away. `reclaim`: connections that overstay are taken back, what leaks is refused, and no account has them all. `window`: clients
 * are told when to come back. `admission`: no more handshakes than the loop can carry. `gather`: what many ask at once is read once. `governor`: classes of work, and what gives way first.
 */
export const protections = ['spool', 'reclaim', 'window', 'admission', 'gather', 'governor'] as const
export type Protection = (typeof protections)[number]

export const options = {
  port: {
    env: 'PORT', kind: 'integer', unit: '', min: 0, max: 65_535, default: 4000, group: 'Addresses',
    text: 'The port Lodge listens on. 0 takes a free one and says which.',
  },
  host: {
    env: 'HOST', kind: 'text', default: '127.0.0.1', group: 'Addresses',
    text: 'The address Lodge listens on. `127.0.0.1` is reached from this machine only; `0.0.0.0` from everywhere.',
  },
  publicUrl: {
    env: 'PUBLIC_URL', kind: 'url', schemes: ['https', 'http'], bare: true, group: 'Addresses',
    text: 'Where people reach Lodge, when that is not `http://HOST:PORT`: for example `https://desk.example.com`. It stands in links and mails.',
  },
  trustProxy: {
    env: 'TRUST_PROXY', kind: 'proxies', default: false, group: 'Addresses',
    text: 'The proxies in front of Lodge whose `X-Forwarded-*` headers are believed: addresses and networks separated by commas, or ' +
      '`true` for any, when nothing else can reach the port.',
  },
  statusPort: {
    env: 'STATUS_PORT', kind: 'integer', unit: '', min: 0, max: 65_535, default: 4100, group: 'Addresses',
    text: 'The port of the status page, on the same `HOST`. It is a process of its own that goes on when Lodge stops; `npm run lodge -- status stop` ends it. 0: none.',
  },
  tlsCert: { env: 'TLS_CERT', kind: 'file', group: 'Addresses', text: 'The certificate (PEM, with its chain). With `TLS_KEY` Lodge speaks HTTPS itself.' },
  tlsKey: { env: 'TLS_KEY', kind: 'file', group: 'Addresses', text: 'The private key of `TLS_CERT` (PEM).' },

  folder: {
    env: 'LODGE_DATA', kind: 'folder', default: '.lodge', group: 'Data',
    text: 'The folder for everything that lasts: the embedded database, attachments, keys. Do not copy it while Lodge runs; take backups.',
  },
  keys: {
    env: 'LODGE_KEYS', kind: 'text', group: 'Data',
    text: 'The file with the signing keys, made on the first start; `keys` in `LODGE_DATA` unless set. Whoever has it can sign in ' +
      'as anybody; with another key for web push every browser has to be told anew. Nodes of one fleet share it.',
  },
  spool: {
    env: 'LODGE_SPOOL', kind: 'text', group: 'Data',
    text: 'A second folder, best on another disk, for what is kept while the database is away when the first one (`spool` in `LODGE_DATA`) takes nothing.',
  },
  spoolMaxMb: {
    env: 'SPOOL_MAX_MB', kind: 'integer', unit: 'MB', min: 1, max: 100_000, default: 256, group: 'Data',
    text: 'How much is kept on disk while the database is away. A message takes about 0.5 kB, a check-in with a photo 150 kB.',
  },
  ballastMb: {
    env: 'BALLAST_MB', kind: 'integer', unit: 'MB', min: 0, max: 10_000, default: 64, group: 'Data',
    text: 'The size of a file that only takes room, and is let go when the disk is full: the database needs some to recover, and messages to be kept.',
  },
  sessionGraceHours: {
    env: 'SESSION_GRACE_HOURS', kind: 'integer', unit: 'hours', min: 1, max: 168, default: 12, group: 'Running',
    text: 'How long people stay signed in while the database is away and nobody can renew.',
  },
  databaseUrl: {
    env: 'DATABASE_URL', kind: 'url', schemes: ['postgres', 'postgresql'], secret: true, group: 'Data',
    text: 'An external PostgreSQL, 15 or newer, instead of the embedded one: `postgres://user:password@host:5432/lodge`. The role ' +
      'should be no superuser and must own the database.',
  },
  databaseCores: {
    env: 'DATABASE_CORES', kind: 'integer', unit: 'processors', min: 1, max: 1024, group: 'Data',
    text: 'How many processors the database server has: connections beyond 4 for each make it slower. This machine’s number with ' +
      'the embedded one, 4 with an external one unless set.',
  },
  databaseConnections: {
    env: 'DATABASE_CONNECTIONS', kind: 'integer', unit: 'connections', min: 3, max: 10_000, group: 'Data',
    text: 'The most connections Lodge opens. Unless set: 4 × `DATABASE_CORES` + 4, or what the server leaves to it, whichever is less.',
  },

  backupFolder: {
    env: 'BACKUP_FOLDER', kind: 'folder', group: 'Backup',
    text: 'Where backups go: a folder on another disk than the data. With it the server takes one every day; without it none is taken by ' +
      'itself, and `npm run lodge -- backup` writes to `backups` in `LODGE_DATA`. Whoever reads it has everything, the keys included.',
  },
  backupAt: { env: 'BACKUP_AT', kind: 'time', default: '03:30', group: 'Backup', text: 'When the daily backup is taken, by this machine’s clock.' },
  backupDaily: {
    env: 'BACKUP_KEEP_DAILY', kind: 'integer', unit: 'backups', min: 1, max: 366, default: 7, group: 'Backup',
    text: 'How many are kept by the day. What was erased stands in older backups until these are gone.',
  },
  backupWeekly: {
    env: 'BACKUP_KEEP_WEEKLY', kind: 'integer', unit: 'backups', min: 0, max: 520, default: 4, group: 'Backup',
    text: 'How many are kept by the week besides.',
  },
  upgradeCopy: {
    env: 'UPGRADE_COPY', kind: 'choice', of: ['on', 'off'], default: 'on', group: 'Backup',
    text: 'Before a new version changes the tables of the embedded database, its files are copied to `before-upgrade` in `LODGE_DATA`, the ' +
      'way back; the last two copies stay. With `off` they are not, for whom the disk is too small.',
  },

  smtpUrl: {
    env: 'SMTP_URL', kind: 'url', schemes: ['smtp', 'smtps'], secret: true, group: 'Mail',
    text: 'The mail server: `smtps://user:password@mail.example.com:465`. Without it nothing leaves, and the console shows what would have.',
  },
  mailFrom: { env: 'MAIL_FROM', kind: 'text', group: 'Mail', text: 'Whom mails come from: `Front desk <desk@example.com>`. Needed with `SMTP_URL`.' },

  channelNetworks: {
    env: 'CHANNEL_NETWORKS', kind: 'networks', group: 'Channels',
    text: 'Addresses and networks, separated by commas, that channels (SMPP) may connect to although they are not public: `10.20.0.0/16` for a ' +
      'carrier behind a VPN. Administrators of accounts write the host of a channel, so nothing inside is reached unless it stands here.',
  },

  metricsToken: {
    env: 'METRICS_TOKEN', kind: 'text', secret: true, group: 'Running',
    text: 'What a monitor sends as bearer token to read `/metrics` from elsewhere. Without it only this machine may.',
  },
  logLevel: {
    env: 'LOG_LEVEL', kind: 'choice', of: ['debug', 'info', 'warn', 'error', 'silent'], default: 'info', group: 'Running',
    text: 'How much is written to the log.',
  },
  commandsPerSecond: {
    env: 'COMMANDS_PER_SECOND', kind: 'integer', unit: 'commands', min: 1, max: 1_000_000, default: 20, group: 'Running',
    text: 'How many commands one connection may send in a second; twice as many at once. People need few, a program that writes for many needs more.',
  },
  drainMs: {
    env: 'DRAIN_MS', kind: 'integer', unit: 'ms', min: 0, max: 600_000, default: 10_000, group: 'Running',
    text: 'How long a stop (SIGTERM) waits for work on its way and for clients to leave, each in its turn.',
  },

  drill: {
    env: 'LODGE_DRILL', kind: 'choice', of: ['off', 'on'], default: 'off', group: 'Drills',
    text: 'With `on` faults can be switched on from outside, for drills. Only on a loopback `HOST`.',
  },
  protectionsOff: {
    env: 'LODGE_PROTECTIONS_OFF', kind: 'some', of: protections, default: [], group: 'Drills',
    text: 'Protections that are switched off to show what breaks without them, separated by commas. Only with `LODGE_DRILL`.',
  },
} as const satisfies Record<string, Option>
