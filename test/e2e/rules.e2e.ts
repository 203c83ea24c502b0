import { beforeAll, describe, expect, it } from 'vitest'
import { listRules, setRuleActive } from '#contract/rules.ts'
import { valueOf } from '#client/call.ts'
import { makeRule, ruleFields } from '../rules.ts'
import { ada, kit, mara, tomas } from '../world.ts'
import { expectAccessible } from './axe.ts'
import { leaveClean, notices, openHouse, phoneView, thread, type House } from './console.ts'

let house: House
beforeAll(async () => { house = await openHouse() }, 180_000)
leaveClean(() => house)
const admin = () => house.server.callAs(ada)
const order = async (): Promise<string[]> => valueOf(await admin()(listRules, {})).rules.map((r) => r.name)

describe('rules', () => {
  it('[RU11] [RU13] are made from a ready one, tried on the last week, switched on, and suggest', { timeout: 240_000 }, async () => {
    await house.guest('Hello, may I have a late check-out on Sunday?', mara)
    const page = await house.enter('/settings/rules')
    await page.getByText('There are no rules yet. Start from one of these').waitFor()
    await expectAccessible(page, 'no rules')
    await house.shot(page, 'rules-empty')
    await page.getByRole('button', { name: /^Late check-out/ }).click()
    const form = page.getByRole('dialog', { name: 'New rule' })
    await form.getByRole('button', { name: 'Try it on the last week' }).click()
    await form.getByText('it would have acted once. Nothing was done.').waitFor()
    await form.getByText('A late check-out until 14:00 is possible').last().scrollIntoViewIfNeeded()
    await expectAccessible(page, 'rule with a dry run')
    await house.shot(page, 'rule-form')
    // What cannot be is said before it is kept.
    const text = form.getByLabel('Text of action 1')
    const before = await text.inputValue()
    await text.fill('Hello {{visit.host}}')
    await form.getByRole('button', { name: 'Save' }).click()
    await form.getByText('there is no placeholder {{visit.host}} here').waitFor()
    await text.fill(before)
    await form.getByRole('button', { name: 'Save' }).click()
    await notices(page).getByText('saved and switched off').waitFor()
    await page.getByRole('switch', { name: 'Late check-out is on' }).click()
    await expect.poll(async () => valueOf(await admin()(listRules, {})).rules[0]?.active).toBe(true)
    await page.getByText('When a contact writes certain words “late check-out, late checkout, check out later” · at once · at most 2 hours late · suggests').waitFor()

    const guest = await house.guest('Could we get a late check-out?', tomas)
    await page.goto(`${house.wire.url}/inbox/${guest.conversation}`)
    const strip = page.getByRole('region', { name: 'Rules at work here' })
    await strip.getByText('Of course, Tomás. A late check-out until 14:00').waitFor()
    await expectAccessible(page, 'suggestion')
    await house.shotBoth(page, 'rule-suggestion')
    await strip.getByRole('button', { name: 'Edit' }).click()
    await strip.getByLabel('Text of the suggestion').fill('Until two is fine, Tomás.')
    await strip.getByRole('button', { name: 'Send' }).click()
    await thread(page).getByText('Until two is fine, Tomás.').waitFor()
    await expect.poll(() => strip.count()).toBe(0)
    await thread(page).getByText('labelled').waitFor()
  })

  it('[RU12] say in the thread what waits, and are stopped there; what they write bears their name', { timeout: 180_000 }, async () => {
    await makeRule(admin(), { name: 'Greeting', once: 'conversation', actions: [{ do: 'message', text: 'Good evening. Somebody will be with you soon.' }] })
    await makeRule(admin(), { name: 'Nobody waits', trigger: { kind: 'unanswered' }, timing: { from: 'event', minutes: 45 }, actions: [{ do: 'notify', whom: 'admins', text: 'See to it' }] })
    const guest = await house.guest('Is anybody there?', tomas)
    const page = await house.enter(`/inbox/${guest.conversation}`, { who: kit })
    await thread(page).getByText('Good evening. Somebody will be with you soon.').waitFor()
    await thread(page).getByText('Rule “Greeting”').waitFor()
    const strip = page.getByRole('region', { name: 'Rules at work here' })
    await strip.getByText(/Rule “Nobody waits” waits until (?:tomorrow )?\d\d:\d\d/).waitFor()
    await expectAccessible(page, 'waiting rule')
    await house.shot(page, 'rule-waits')
    await house.endTabs()
    const small = await house.enter(`/inbox/${guest.conversation}`, phoneView)
    await small.getByText(/Rule “Nobody waits” waits until/).waitFor()
    await expectAccessible(small, 'waiting rule on a phone')
    await house.shot(small, 'rule-waits-phone')
    await small.getByRole('button', { name: 'Stop the rule Nobody waits' }).click()
    await notices(small).getByText('The rule was stopped.').waitFor()
    await expect.poll(() => small.getByRole('region', { name: 'Rules at work here' }).count()).toBe(0)
  })

  it('[RU6] are moved by hand and by keys, and tell what they did', { timeout: 240_000 }, async () => {
    await makeRule(admin(), { name: 'Third', actions: [{ do: 'note', text: 'Third' }] })
    expect(await order()).toEqual(['Late check-out', 'Greeting', 'Nobody waits', 'Third'])
    const page = await house.enter('/settings/rules')
    await page.getByRole('button', { name: /^Move Third/ }).focus()
    await page.keyboard.press('ArrowUp')
    await expect.poll(order).toEqual(['Late check-out', 'Greeting', 'Third', 'Nobody waits'])
    await page.getByText('Third is at place 3 of 4 now.').waitFor({ state: 'attached' })
    const [grip, target] = [page.getByRole('button', { name: /^Move Nobody waits/ }), page.getByRole('button', { name: /^Move Late check-out/ })]
    const [from, to] = [(await grip.boundingBox())!, (await target.boundingBox())!]
    await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2)
    await page.mouse.down()
    await page.mouse.move(to.x + to.width / 2, to.y + 30, { steps: 8 })
    await page.mouse.move(to.x + to.width / 2, to.y - 8, { steps: 4 })
    await page.mouse.up()
    await expect.poll(order).toEqual(['Nobody waits', 'Late check-out', 'Greeting', 'Third'])

    // One that was paused by itself says why.
    const { rules } = valueOf(await admin()(listRules, {}))
    const third = rules.find((r) => r.name === 'Third')!
    valueOf(await admin()(setRuleActive, { params: { rule: third.id }, body: { active: false } }))
    const late = await makeRule(admin(), { ...ruleFields(), name: 'Answers machines', actions: [{ do: 'message', text: 'Thank you for your message.' }] })
    const guest = await house.guest('I answer by myself.', mara)
    for (let i = 0; i < 21; i++) await guest.say('I answer by myself, too.')
    await expect.poll(async () => valueOf(await admin()(listRules, {})).rules.find((r) => r.id === late.id)?.paused?.reason, { timeout: 60_000 }).toBe('budget')
    await page.reload()
    await page.getByText('Paused by itself: more than 20 actions').waitFor()
    await expectAccessible(page, 'rules')
    await house.shotBoth(page, 'rules')
    await page.getByRole('listitem').filter({ hasText: 'Answers machines' }).getByRole('button', { name: 'Log' }).click()
    const log = page.getByRole('dialog', { name: 'What Answers machines did' })
    await log.getByText('Left: it went round in a circle').first().waitFor()
    await expectAccessible(page, 'log')
    await house.shot(page, 'rule-log')
    await house.endTabs()

    const small = await house.enter('/settings/rules', phoneView)
    await small.getByText('Paused by itself').waitFor()
    await expectAccessible(small, 'rules on a phone')
    await house.shot(small, 'rules-phone')
    await small.getByRole('listitem').filter({ hasText: 'Greeting' }).getByRole('button', { name: 'Change Greeting' }).click()
    await small.getByRole('dialog', { name: 'Greeting' }).waitFor()
    await expectAccessible(small, 'rule on a phone')
    await house.shot(small, 'rule-form-phone')
  })

  it('[RU3] show the words of the condition that is left when one before it goes', { timeout: 120_000 }, async () => {
    const page = await house.enter('/settings/rules')
    await page.getByRole('button', { name: 'New rule' }).click()
    const form = page.getByRole('dialog', { name: 'New rule' })
    for (const n of [1, 2]) {
      await form.getByRole('button', { name: 'Add a condition' }).click()
      await form.getByLabel(`Condition ${n}`, { exact: true }).selectOption({ label: 'Words in the message' })
    }
    await form.getByLabel('Words', { exact: true }).first().fill('pool, spa, ')
    await form.getByLabel('Words', { exact: true }).last().fill('parking')
    expect(await form.getByLabel('Words', { exact: true }).first().inputValue()).toBe('pool, spa, ')
    await form.getByRole('button', { name: 'Remove condition 1' }).click()
    expect(await form.getByLabel('Words', { exact: true }).inputValue()).toBe('parking')
  })

  it('are read in Arabic from right to left', { timeout: 120_000 }, async () => {
    const page = await house.enter('/settings/rules', { locale: 'en-GB' })
    await page.evaluate(() => localStorage.setItem('lodge:preferences', JSON.stringify({ ...JSON.parse(localStorage.getItem('lodge:preferences') ?? '{}') as object, language: 'ar' })))
    await page.reload()
    await page.getByRole('heading', { name: 'القواعد' }).waitFor()
    await expectAccessible(page, 'rules in Arabic')
    await house.shot(page, 'rules-ar')
  })

  it('say before and after in words, keep a secret through a double click, and ask before one is put away', { timeout: 180_000 }, async () => {
    const page = await house.enter('/settings/rules')
    await page.getByRole('button', { name: 'New rule' }).click()
    const form = page.getByRole('dialog', { name: 'New rule' })
    await form.getByLabel('Name').fill('Ring the bell')
    await form.getByLabel('When', { exact: true }).selectOption({ label: 'When a visit is expected' })
    await form.getByLabel('Counted from').selectOption({ label: 'before the expected arrival' })
    // An empty field is no nought before what is written next.
    for (const [label, minutes] of [['How long', '90'], ['At most so many minutes late', '20']] as const) {
      await form.getByLabel(label).fill('')
      await form.getByLabel(label).pressSequentially(minutes)
      expect(await form.getByLabel(label).inputValue()).toBe(minutes)
    }
    await form.getByRole('button', { name: 'Add a condition' }).click()
    await form.getByLabel('Condition 1', { exact: true }).selectOption({ label: 'Hours' })
    for (const day of ['Saturday', 'Sunday']) await form.getByRole('button', { name: day }).click()
    await form.getByLabel('Action 1', { exact: true }).selectOption({ label: 'Call an address (webhook)' })
    await form.getByLabel('Address').fill('https://hooks.example.com/bell')
    await expectAccessible(page, 'rule of a visit')
    await house.shotBoth(page, 'rule-visit')
    // Beside the sheet: what was written stays.
    await page.mouse.click(5, 450)
    await form.getByRole('button', { name: 'Save' }).dblclick()
    const secret = page.getByRole('dialog', { name: 'The secret of this rule’s webhooks' })
    await secret.getByText(/^whsec_/).waitFor()
    await page.mouse.click(5, 450)
    await secret.getByRole('button', { name: 'Done' }).click()
    await page.getByText('When a visit is expected · 90 minutes before the expected arrival · at most 20 minutes late · between 08:00 and 18:00 (Mon, Tue, Wed, Thu, Fri)').waitFor()
    expect(valueOf(await admin()(listRules, {})).rules.find((r) => r.name === 'Ring the bell')).toMatchObject({ timing: { from: 'expected', minutes: -90 }, lateMaxMinutes: 20, conditions: [{ kind: 'hours', days: [1, 2, 3, 4, 5] }] })
    await page.getByRole('button', { name: 'Put away Ring the bell' }).click()
    await page.getByRole('dialog', { name: 'Put away Ring the bell?' }).getByRole('button', { name: 'Put away' }).click()
    await notices(page).getByText('Ring the bell was put away.').waitFor()
    expect(await order()).not.toContain('Ring the bell')
  })
})
