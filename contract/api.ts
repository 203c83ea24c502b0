/** Every endpoint by name: for the API's document, and for tests that go over all of them. A new file of endpoints is added here. */
import * as about from './about.ts'
import * as alerts from './alerts.ts'
import * as badges from './badges.ts'
import * as channels from './channels.ts'
import * as blobs from './blobs.ts'
import * as bookings from './bookings.ts'
import * as contacts from './contacts.ts'
import * as conversations from './conversations.ts'
import * as deliveries from './deliveries.ts'
import * as inboxes from './inboxes.ts'
import * as kept from './kept.ts'
import * as kiosks from './kiosks.ts'
import * as operations from './operations.ts'
import * as people from './people.ts'
import * as persons from './persons.ts'
import * as places from './places.ts'
import * as pushes from './pushes.ts'
import * as rules from './rules.ts'
import * as spaces from './spaces.ts'
import * as reports from './reports.ts'
import * as status from './status-endpoints.ts'
import * as visits from './visits.ts'
import * as files from './visit-imports.ts'
import * as series from './visit-series.ts'
import * as watchlist from './watchlist.ts'
import type { Endpoint } from './endpoint.ts'
import type { ErrorCode } from './errors.ts'

export type AnyEndpoint = Endpoint<unknown, unknown, unknown, unknown, ErrorCode>
export interface Named { readonly name: string; readonly tag: string; readonly endpoint: AnyEndpoint }

/** In the order in which somebody new to it would read. */
export const modules: Readonly<Record<string, object>> = { people, inboxes, contacts, conversations, channels, blobs, deliveries, kept, pushes, places, visits, series, files, persons, badges, watchlist, kiosks, spaces, bookings, rules, reports, status, operations, alerts, about }

const isEndpoint = (x: unknown): x is AnyEndpoint => typeof x === 'object' && x !== null && 'method' in x && 'path' in x && 'access' in x

export const endpoints: readonly Named[] = Object.entries(modules).flatMap(([tag, module]) =>
  Object.entries(module).flatMap(([name, value]) => isEndpoint(value) ? [{ name, tag, endpoint: value }] : []))
