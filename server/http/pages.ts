/** The screens: built by Vite into web/dist, served as files; every other address of a person's is the console, whose router knows the rest. */
import { readFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** @param folder web/dist */
export async function pages(app: FastifyInstance, folder: string): Promise<(request: FastifyRequest, reply: FastifyReply) => unknown> {
  const year = 'public, max-age=31536000, immutable'
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
  const kiosk = join(folder, 'kiosk')
  if (existsSync(kiosk)) {
    await app.register(fastifyStatic, {
      root: kiosk, prefix: '/kiosk/', decorateReply: false, index: false,
      setHeaders: (reply, path) => {
        reply.header('cache-control', path.includes('/assets/') ? year : 'no-cache')
        // The page stands above the folder of its files.
        if (path.endsWith('/worker.js')) reply.header('service-worker-allowed', '/kiosk')
      },
    })
    for (const path of ['/kiosk', '/kiosk/']) app.get(path, { schema: { hide: true } }, async (_request, reply) => page(reply, join(kiosk, 'index.html')))
  }
  const console_ = join(folder, 'console')
  if (existsSync(console_)) await app.register(fastifyStatic, {
    root: console_, prefix: '/', index: ['index.html'], decorateReply: false,
    setHeaders: (reply, path) => { reply.header('cache-control', path.includes('/assets/') ? year : 'no-cache') },
  })
  return (request, reply) => {
    const asksForPage = request.method === 'GET' || request.method === 'HEAD'
    // A file that is gone is gone: the shell in its place would break whatever asked for it, and be kept by caches.
    return asksForPage && !request.url.startsWith('/assets/') ? page(reply, join(console_, 'index.html')) : reply.code(404).send()
  }
}

async function page(reply: FastifyReply, path: string): Promise<FastifyReply> {
  try { return await reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(await readFile(path)) }
  catch { return reply.code(503).type('text/plain; charset=utf-8').send('The screens are not built yet. Run "npm run build", then reload.\n') }
}
