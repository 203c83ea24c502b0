/** What the running server says of itself: the lights of the operations page, asked over loopback. */
import { get } from 'node:http'
import { get as secureGet } from 'node:https'
import { join } from 'node:path'
import { isAlive, readProcess } from '#server/status/process.ts'
import type { Settings } from './machine.ts'
import { ok, warn, type Finding, type Look } from './finding.ts'
import type { Machine } from './machine.ts'

type Asked = Pick<Settings, 'host' | 'port' | 'tlsCert' | 'metricsToken'>
const answerMs = 5_000

/** @returns undefined when nothing listens there. @throws when what listens does not answer as Lodge does */
export const askLights = ({ host, port, tlsCert, metricsToken }: Asked): Promise<{ node: string; sentences: Finding[] } | undefined> => new Promise((resolve, reject) => {
  const own = host === '0.0.0.0' || host === '::' || host === 'localhost' ? '127.0.0.1' : host
  const options = { host: own, port, path: '/lights', timeout: answerMs, headers: metricsToken === undefined ? {} : { authorization: `Bearer ${metricsToken}` }, rejectUnauthorized: false }   // the certificate names another host than loopback
  const request = (tlsCert === undefined ? get : secureGet)(options, (answer) => {
    let text = ''
    answer.setEncoding('utf8')
    answer.on('data', (part: string) => { text += part })
    answer.on('error', reject)
    answer.on('end', () => {
      try {
        if (answer.statusCode !== 200) throw new Error(`it answers ${answer.statusCode}`)
        resolve(JSON.parse(text) as { node: string; sentences: Finding[] })
      } catch (error) { reject(error as Error) }
    })
  })
  request.on('timeout', () => { request.destroy(new Error('it does not answer within 5 s')) })
  request.on('error', (error: NodeJS.ErrnoException) => { if (error.code === 'ECONNREFUSED') resolve(undefined); else reject(error) })
})

const lights: Look<Machine> = {
  name: 'promises',
  async run({ config }) {
    const at = `${config.host}:${config.port}`
    try {
      const said = await askLights(config)
      return said ? said.sentences : ok('promises', `Lodge does not run at ${at}, so how it keeps its promises is not known.`)
    } catch (error) {
      return warn('promises', `Something listens at ${at} and does not tell how it is: ${(error as Error).message}.`, 'Look whether it is another program, an older Lodge, or one that is set by other variables (PORT, METRICS_TOKEN).')
    }
  },
}
/** A process of its own: it is not open because Lodge is. */
const statusPage: Look<Machine> = {
  name: 'status page',
  async run({ config }) {
    const process = await readProcess(join(config.folder, 'status'))
    if (process && await isAlive(process)) return ok('status page', `It is open at ${process.url}.`)
    if (config.statusPort === 0) return ok('status page', 'None is wanted here: STATUS_PORT is 0.')
    return warn('status page', 'It is not open: nobody is told when something breaks.', 'Lodge opens it when it starts, and its log is LODGE_DATA/status/log; without Lodge: npm run lodge -- status serve.')
  },
}
export const running: readonly Look<Machine>[] = [lights, statusPage]
