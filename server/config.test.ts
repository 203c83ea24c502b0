import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { cannotListen, readConfig, tlsOf } from './config.ts'

const here = fileURLToPath(import.meta.url)

describe('configuration', () => {
  it('has a default for everything that needs one', () => {
    expect(readConfig({})).toMatchObject(
      { port: 4000, host: '127.0.0.1', folder: '.lodge', keys: '.lodge/keys', trustProxy: false, databaseUrl: undefined, logLevel: 'info' })
  })

  it('reads what is set', () => {
    const config = readConfig({
      PORT: '0', PUBLIC_URL: 'https://desk.example.com/',
      TRUST_PROXY: '10.0.0.0/8, ::1', LODGE_DATA: '/srv/lodge', TLS_CERT: here, TLS_KEY: here, LOG_LEVEL: '',
    })
    expect(config).toMatchObject(
      { port: 0, publicUrl: 'https://desk.example.com', trustProxy: '10.0.0.0/8, ::1', keys: '/srv/lodge/keys', tlsCert: here, logLevel: 'info' })
  })

  it('[OP10] names every wrong variable, its value and what is expected, at once', () => {
    expect(() => readConfig({
      PORT: '70000', LOG_LEVEL: 'loud', PUBLIC_URL: 'desk.example.com/path', TRUST_PROXY: 'nginx', TLS_CERT: '/nowhere.pem', SMTP_URL: 'smtp://mail',
    })).toThrow([
      'PORT is "70000"; it must be a whole number from 0 to 65535.',
      'PUBLIC_URL is "desk.example.com/path"; it must be an address that starts with https:// or http:// and has nothing behind host and port.',
      'TRUST_PROXY is "nginx"; it must be true, false, or addresses and networks separated by commas.',
      'TLS_CERT is "/nowhere.pem"; it must be a file that can be read.',
      'LOG_LEVEL is "loud"; it must be one of debug, info, warn, error, silent.',
      'MAIL_FROM is not set; with SMTP_URL it must say whom mails come from.',
    ].join('\n'))
  })

  it('lets nothing be switched off but in a drill, and a drill be reached only from this machine', () => {
    expect(readConfig({ LODGE_DRILL: 'on', LODGE_PROTECTIONS_OFF: 'spool, window' })).toMatchObject({ drill: 'on', protectionsOff: ['spool', 'window'] })
    expect(() => readConfig({ LODGE_PROTECTIONS_OFF: 'spool' })).toThrow('LODGE_PROTECTIONS_OFF is for drills; it needs LODGE_DRILL=on.')
    expect(() => readConfig({ LODGE_DRILL: 'on', HOST: '0.0.0.0' })).toThrow('HOST is "0.0.0.0"; with LODGE_DRILL it must be')
    expect(() => readConfig({ LODGE_DRILL: 'on', LODGE_PROTECTIONS_OFF: 'spool,luck' })).toThrow('it must be some of spool, reclaim, window, admission, gather, governor, separated by commas.')
  })

  it('does not show a secret that is wrong', () => {
    expect(() => readConfig({ DATABASE_URL: 'mysql://ada:hunter2@db' }))
      .toThrow(/^DATABASE_URL is wrong; it must be an address that starts with postgres:\/\/ or postgresql:\/\/\.$/)
  })

  it('[OP10] takes only addresses and networks that there are', () => {
    for (const right of ['10.0.0.0/8', '::1', '10.0.0.0/8, fd00::/64,127.0.0.1', '::ffff:10.0.0.1/128']) {
      expect(readConfig({ TRUST_PROXY: right, CHANNEL_NETWORKS: right })).toMatchObject({ trustProxy: right, channelNetworks: right })
    }
    for (const wrong of ['10.0.0.0/33', '10.0.0', '10.0.0.256', 'fd00::/129', '::1,', '10.0.0.0/', ':::', '10.0.0.0/8/8']) {
      expect(() => readConfig({ TRUST_PROXY: wrong }), wrong).toThrow(`TRUST_PROXY is "${wrong}"; it must be`)
      expect(() => readConfig({ CHANNEL_NETWORKS: wrong }), wrong).toThrow(`CHANNEL_NETWORKS is "${wrong}"; it must be`)
    }
  })

  it('wants both halves of a key pair', () => {
    expect(() => readConfig({ TLS_CERT: here })).toThrow('TLS_CERT and TLS_KEY belong together')
  })

  it('[OP10] says of files that are no certificate with its key which they are', () => {
    expect(tlsOf(readConfig({}))).toBeUndefined()
    expect(() => tlsOf({ tlsCert: here, tlsKey: here })).toThrow(`TLS_CERT is "${here}" and TLS_KEY is "${here}"; they must be a certificate in PEM and the private key that belongs to it (`)
  })

  it.each([
    ['127.0.0.1', 80, 'EACCES', 'PORT is 80, which this user may not open.'], ['192.0.2.1', 0, undefined, 'HOST is "192.0.2.1"; it must be an address of this machine'],
    ['no.host.invalid', 0, undefined, 'HOST is "no.host.invalid"; it must be an address of this machine'],
  ])('[OP10] names what keeps it from listening: %s, %i', async (host, port, code, sentence) => {
    const why = await new Promise<NodeJS.ErrnoException>((failed) => {
      if (code) failed(Object.assign(new Error(`listen ${code}`), { code }))   // a superuser may
      else createServer().once('error', failed).listen(port, host)
    })
    expect(cannotListen(why, host, 'PORT', port).message).toContain(sentence)
  })
})
