import { fileURLToPath } from 'node:url'
import { runnerImport, type Plugin } from 'vite'

interface Named { method?: string; path?: string; access?: string }
const contract = fileURLToPath(new URL('../contract/', import.meta.url))

/** A browser needs an endpoint's method, path and access, never its schemas nor TypeBox: of a contract file with endpoints only those are left. */
export const endpointsOnly: Plugin = {
  name: 'lodge-endpoints-only',
  async load(id) {
    if (!id.startsWith(contract)) return undefined
    const { module } = await runnerImport<Record<string, Named | undefined>>(id)
    const endpoints = Object.entries(module).flatMap(([name, value]) => value?.method && value.path ? [`export const ${name} = ${JSON.stringify({ method: value.method, path: value.path, access: value.access })}`] : [])
    return endpoints.length > 0 ? endpoints.join('\n') : undefined
  },
}
