import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const skipped = new Set(['node_modules', 'dist', '.lodge', '.git', 'screenshots'])

function files(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((e) =>
    skipped.has(e.name) ? [] : e.isDirectory() ? files(join(folder, e.name)) : /\.(ts|tsx|mjs)$/.test(e.name) ? [join(folder, e.name)] : [])
}
const all = ['contract', 'server', 'client', 'web', 'tools', 'bench', 'test', 'demo', 'drills'].filter((f) => { try { return statSync(join(root, f)).isDirectory() } catch { return false } }).flatMap(files)
const isTest = (file: string): boolean => /\.(test|e2e)\.tsx?$/.test(file) || file.startsWith('test/')

/** Project files that a file imports, types included. */
function imports(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].flatMap(([, name]) => {
    if (name!.startsWith('#')) return [name!.slice(1)]
    return name!.startsWith('.') ? [relative(root, resolve(root, dirname(file), name!))] : []
  })
}
const packages = (file: string): string[] => [...readFileSync(join(root, file), 'utf8').matchAll(/from\s+['"]([^'"#.][^'"]*)['"]/g)].map(([, name]) => name!)

/** Where a file stands, from the ground up; each may use what is below it. */
const floors = ['contract', 'server/kernel', 'server/db', 'server/http|server/realtime|server/jobs', 'server/status', 'server/features', 'server/config.ts', 'server/app', 'demo', 'server/main.ts|server/start.ts|server/status/main.ts']
const floorOf = (file: string): number => floors.findLastIndex((f) => f.split('|').some((part) => file === part || file.startsWith(`${part}/`)))

describe('the arrows of the house', () => {
  const source = all.filter((f) => !isTest(f))

  it('point downwards in the server', () => {
    const wrong = source.filter((f) => f.startsWith('server/') || f.startsWith('contract/')).flatMap((file) => imports(file)
      .filter((to) => floorOf(to) < 0 || floorOf(to) > floorOf(file)).map((to) => `${file} → ${to}`))
    expect(wrong).toEqual([])
  })

  it('keep the kernel and the contract free of the machine', () => {
    const machine = /^(node:(?!crypto$|perf_hooks$)|pg$|ws$|fastify$)/
    expect(source.filter((f) => f.startsWith('contract/')).flatMap((f) => packages(f).filter((p) => !/^(?:typebox|any-ascii)(?:$|\/)/.test(p)).map((p) => `${f} → ${p}`))).toEqual([])
    expect(source.filter((f) => f.startsWith('server/kernel/')).flatMap((f) => packages(f).filter((p) => machine.test(p)).map((p) => `${f} → ${p}`))).toEqual([])
  })

  it('let a feature see another only through its verbs', () => {
    const featureOf = (file: string): string | undefined => /^server\/features\/([^/]+)\//.exec(file)?.[1]
    const wrong = source.flatMap((file) => {
      const own = featureOf(file)
      return own === undefined ? [] : imports(file).filter((to) => { const other = featureOf(to); return other !== undefined && other !== own && to !== `server/features/${other}/${other}.ts` }).map((to) => `${file} → ${to}`)
    })
    expect(wrong).toEqual([])
  })

  it('never join web and server, and leave the client with the contract', () => {
    const allowed = (file: string, ...to: string[]): string[] => imports(file).filter((name) => !to.some((t) => name.startsWith(`${t}/`))).map((name) => `${file} → ${name}`)
    expect(source.filter((f) => f.startsWith('client/')).flatMap((f) => allowed(f, 'client', 'contract'))).toEqual([])
    expect(source.filter((f) => f.startsWith('web/')).flatMap((f) => allowed(f, 'web', 'client', 'contract'))).toEqual([])
    expect(source.filter((f) => f.startsWith('server/')).flatMap((f) => imports(f).filter((to) => to.startsWith('web/') || to.startsWith('client/')).map((to) => `${f} → ${to}`))).toEqual([])
  })

  it('leave tests to tests', () => {
    expect(source.filter((f) => !f.startsWith('tools/') && !f.startsWith('bench/')).flatMap((f) => imports(f).filter(isTest).map((to) => `${f} → ${to}`))).toEqual([])
  })
})

describe('the tree', () => {
  it('has no drawers', () => {
    expect(all.filter((f) => /(^|\/)(index\.tsx?|utils?|helpers?|common|services?|lib)(\/|$|\.ts)/.test(f))).toEqual([])
  })

  it('keeps files small: median 80 lines or less, none above 500', () => {
    const lines = all.filter((f) => !isTest(f)).map((f) => ({ f, n: readFileSync(join(root, f), 'utf8').split('\n').length })).sort((a, b) => a.n - b.n)
    expect(lines[lines.length >> 1]!.n).toBeLessThanOrEqual(80)
    expect(lines.filter(({ n }) => n > 500)).toEqual([])
  })
})
