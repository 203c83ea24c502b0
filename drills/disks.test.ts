import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { mountDisk, type Disk } from './disks.ts'

it('makes a disk full and read-only, or says that it cannot and what to do [DR8]', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lodge-disk-'))
  let disk: Disk
  try {
    disk = await mountDisk(join(folder, 'disk'), 8)
  } catch (error) {
    expect((error as Error).message).toContain('Run it as root on Linux')
    console.log('Disks cannot be mounted here: that is all that was tested.')
    return await rm(folder, { recursive: true })
  }
  const write = (): Promise<void> => writeFile(join(disk.path, 'file'), Buffer.alloc(64_000))
  try {
    await disk.fill()
    await expect(write()).rejects.toThrow('ENOSPC')
    await disk.free()
    await write()
    await disk.readOnly()
    await expect(write()).rejects.toThrow('EROFS')
    await disk.writable()
    await write()
  } finally {
    await disk.unmount()
    await rm(folder, { recursive: true })
  }
})
