import { fileURLToPath } from 'node:url'
import { runnerImport, type Plugin } from 'vite'

interface Named { method?: string; path?: string; access?: string }
const contract = fileURLToPath(new URL('../contract/', import.meta.url))

const isPlain = (value: unknown): boolean => typeof value === 'number' || typeof value === 'string' || (Array.isArray(value) && value.every(isPlain))

/** A browser needs an endpoint's method, path and access, never its schemas nor TypeBox: of a contract file with endpoints only those are left, and plain figures and words. */
export const endpointsOnly: Plugin = {
  name: 'lodge-endpoints-only',
  async load(id) {
    if (!id.startsWith(contract)) return undefined
    const { module } = await runnerImport<Record<string, Named | undefined>>(id)
    const isEndpoint = (value: Named | undefined): value is Named => Boolean(value?.method && value.path)
    if (!Object.values(module).some(isEndpoint)) return undefined
    const constant = (name: string, value: unknown): string => `export const ${name} = ${JSON.stringify(value)}`
    return Object.entries(module).flatMap(([name, value]) =>
      isEndpoint(value) ? [constant(name, { method: value.method, path: value.path, access: value.access })] : isPlain(value) ? [constant(name, value)] : []).join('\n')
  },
}
