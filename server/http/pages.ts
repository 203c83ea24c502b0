/** The screens: built by Vite into web/dist, served as files; every other address of a person's is the console, whose router knows the rest. */
import { readFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** Pages of the demo, which mounts them itself: elsewhere they are not there, and the console does not stand in for them. */
const isOfDemo = /^\/(?:demo|drills|phone)(?:[/?]|$)/
const year = 'public, max-age=31536000, immutable'

/** @param folder web/dist */
export async function pages(app: FastifyInstance, folder: string): Promise<(request: FastifyRequest, reply: FastifyReply) => unknown> {
  const messenger = join(folder, 'messenger')
  if (existsSync(messenger)) {
    await app.register(fastifyStatic, {
      root: messenger, prefix: '/messenger/', decorateReply: false, index: false,
      // Other sites load it: their pages may, whatever their policy on embedding says.
      setHeaders: (reply, path) => { reply.header('access-control-allow-origin', '*'); reply.header('cross-origin-resource-policy', 'cross-origin'); reply.header('cache-control', /-[\w-]{8}\.\w+$/.test(path) ? year : 'no-cache') },
    })
    app.get('/messenger.js', { schema: { hide: true } }, async (_request, reply) => reply
      .headers({ 'content-type': 'text/javascript; charset=utf-8', 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin', 'cache-control': 'no-cache' })
      .send(await readFile(join(messenger, 'messenger.js'))))
    app.get('/guest', { schema: { hide: true } }, async (_request, reply) => page(reply, join(messenger, 'guest', 'index.html')))
  }
  await shell(app, folder, 'kiosk', ['/kiosk', '/kiosk/'])
  await shell(app, folder, 'panel', ['/panel', '/panel/', '/panel/:space([0-9a-f-]{36})'])
  const console_ = join(folder, 'console')
  if (existsSync(console_)) await app.register(fastifyStatic, {
    root: console_, prefix: '/', index: ['index.html'], decorateReply: false,
    setHeaders: (reply, path) => { reply.header('cache-control', path.includes('/assets/') ? year : 'no-cache') },
  })
  return (request, reply) => {
    const asksForPage = request.method === 'GET' || request.method === 'HEAD'
    // A file that is gone is gone: the shell in its place would break whatever asked for it, and be kept by caches.
    return asksForPage && !request.url.startsWith('/assets/') && !isOfDemo.test(request.url) ? page(reply, join(console_, 'index.html')) : reply.code(404).send()
  }
}

/** A page that keeps itself on its device: it stands above the folder of its files. @param paths all addresses at which it stands */
async function shell(app: FastifyInstance, folder: string, name: string, paths: readonly string[]): Promise<void> {
  const root = join(folder, name)
  if (!existsSync(root)) return
  await app.register(fastifyStatic, {
    root, prefix: `/${name}/`, decorateReply: false, index: false,
    setHeaders: (reply, path) => {
      reply.header('cache-control', path.includes('/assets/') ? year : 'no-cache')
      if (path.endsWith('/worker.js')) reply.header('service-worker-allowed', `/${name}`)
    },
  })
  for (const path of paths) app.get(path, { schema: { hide: true } }, async (_request, reply) => page(reply, join(root, 'index.html')))
}

async function page(reply: FastifyReply, path: string): Promise<FastifyReply> {
  try { return await reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(await readFile(path)) }
  catch { return reply.code(503).type('text/plain; charset=utf-8').send('The screens are not built yet. Run "npm run build", then reload.\n') }
}
