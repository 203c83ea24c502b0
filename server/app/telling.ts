/** All that leaves towards people and machines: mails, pushes to browsers, calls of webhooks. */
import type { FastifyInstance } from 'fastify'
import { deliveryRoutes } from '#server/features/deliveries/deliveries.routes.ts'
import { openDeliveries, type DeliveryOptions } from '#server/features/deliveries/deliveries.ts'
import { pushRoutes } from '#server/features/pushes/pushes.routes.ts'
import { pushes as openPushes } from '#server/features/pushes/pushes.ts'
import type { GivingWay } from './giving-way.ts'
import type { Given } from './options.ts'

/** @param post signs and sends what a rule posts to an address */
export function openTelling({ keys, publicUrl, mail, pushReach, chores }: Given, { work }: GivingWay, { post }: Pick<DeliveryOptions, 'post'>) {
  const db = work('history')
  const pushes = openPushes({ db, secret: keys.pushSecret, contact: contactOf(publicUrl, mail?.from), reach: pushReach })
  const deliveries = openDeliveries({
    db, post, push: (d) => pushes.send(d.account, d.subscription ?? '', { title: d.subject, body: d.text, path: d.path ?? '/visits', tag: d.id }),
    smtpUrl: mail?.smtpUrl, mailFrom: mail?.from, ...chores,
  })
  return {
    pushes, deliveries,
    mount(http: FastifyInstance): void {
      deliveryRoutes(http, { deliveries })
      pushRoutes(http, { pushes })
    },
  }
}
export type Telling = ReturnType<typeof openTelling>

/** Whom a push service writes to when something is wrong. */
const contactOf = (publicUrl: string | undefined, from: string | undefined): string =>
  publicUrl?.startsWith('https:') ? publicUrl : `mailto:${/([^\s<>]+@[^\s<>]+)>?\s*$/.exec(from ?? '')?.[1] ?? 'lodge@localhost.invalid'}`
