// The console in a real browser over a fake server: what a newcomer does, what a screen reader hears, what a phone shows.

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { type Browser, chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FakeServer, startFakeServer } from '../dev/fake-server.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const schemaFile = join(root, '../api/src/graphql/schema.ts')
const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

let browser: Browser
let dist: string
let server: FakeServer
let axe: string

beforeAll(async () => {
  dist = await mkdtemp(join(tmpdir(), 'millrace-web-'))
  await build({ root, logLevel: 'error', build: { outDir: dist, emptyOutDir: true } })
  axe = await readFile(axeFile, 'utf8')
  server = await startFakeServer({ schemaFile, dist, busy: false })
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await server?.close()
  await rm(dist, { recursive: true, force: true })
})

/** axe puts itself on the window. */
interface AxeWindow {
  readonly axe: {
    run(root: Document, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>
  }
}

type Options = Parameters<Browser['newContext']>[0]

/** A page that reports what went wrong in it: exceptions, refusals of the content policy, requests to other places. */
async function open(path: string, options: Options = {}): Promise<{ page: Page; wrong: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
  const page = await context.newPage()
  const wrong: string[] = []
  page.on('pageerror', (error) => wrong.push(error.message))
  page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()))
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url) && !/^(data|blob):/.test(request.url())) wrong.push(request.url())
  })
  await page.goto(server.url + path)
  return { page, wrong }
}

test('a newcomer edits a playbook, sees a complaint, mends it, runs it, reads a log line and queries rows', async () => {
  const { page, wrong } = await open('/')
  await page.getByRole('link', { name: 'Playbooks', exact: true }).click()
  await page.getByRole('link', { name: 'ssh-audit', exact: true }).click()
  const editor = page.getByRole('textbox', { name: 'Playbook YAML' })
  const complaints = page.getByRole('region', { name: 'Complaints' })
  await complaints.getByText('No complaints').waitFor()

  await editor.getByText('plugin: bash').click()
  await page.keyboard.press('End')
  await page.keyboard.type('h')
  await page.keyboard.press('Escape')
  await complaints.getByText('There is no plugin named').waitFor()
  await page.getByRole('button', { name: 'Task parse, has complaints' }).waitFor()
  expect(await page.getByRole('button', { name: 'Publish…' }).isDisabled()).toBe(true)

  await editor.press('Backspace')
  await complaints.getByText('No complaints').waitFor()
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await page.getByRole('dialog', { name: 'Run ssh-audit' }).getByRole('button', { name: 'Start run' }).click()

  await page.getByRole('status', { name: 'Run state' }).getByText('Completed').waitFor({ timeout: 20_000 })
  await page.getByRole('tab', { name: 'Logs' }).click()
  await page.getByRole('log', { name: 'Log lines' }).getByText('parse.parse: read').waitFor()

  await page.getByRole('link', { name: 'SQL', exact: true }).click()
  await page.getByRole('textbox', { name: 'SQL' }).click()
  await page.keyboard.press('ControlOrMeta+Enter')
  const grid = page.getByRole('grid', { name: 'Query result' })
  await grid.getByText('0 km N of Hilo').waitFor()
  expect(await grid.getAttribute('aria-rowcount')).toBe('101')
  expect(wrong).toEqual([])
  await page.context().close()
})

test('a draft is published with its difference, and runs as the next version', async () => {
  const { page } = await open('/playbooks/weather-report')
  await page.getByRole('textbox', { name: 'Playbook YAML' }).getByText('kind: Playbook').click()
  await page.keyboard.press('End')
  await page.keyboard.type(' # mended')
  await page.getByRole('button', { name: 'Publish…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Publish version 3' })
  await dialog.getByText('kind: Playbook # mended').waitFor()
  await dialog.getByRole('button', { name: 'Publish', exact: true }).click()
  await page.getByText('Published weather-report as version 3.').waitFor()
  await page.getByRole('button', { name: 'Discard draft' }).waitFor({ state: 'hidden' })
  await page.context().close()
})

test('a failed run opens at the failure, with the lines of the playbook that it comes from', async () => {
  const { page } = await open('/runs/run_FAILED')
  const step = page.getByRole('region', { name: 'Step energy 8 of score' })
  await step.getByText("KeyError: 'mag'").waitFor()
  await step.getByRole('figure', { name: 'Where it comes from' }).getByText('- id: energy').waitFor()
  await page.context().close()
})

test('a new run waits behind the bar, and follows when one follows', async () => {
  const { page } = await open('/runs')
  await page
    .getByRole('link', { name: /^Run run_/ })
    .first()
    .waitFor()
  const quakes = server.platform.playbooks.get('quakes')?.at(-1)
  if (quakes === undefined) throw new Error('The fake server has no quakes.')
  server.platform.start(quakes, Date.now(), { id: 'run_NEW1', slow: 3 })
  await page.getByRole('button', { name: '1 new' }).click()
  await page.getByRole('link', { name: 'Run run_NEW1 of quakes' }).waitFor()
  await page.getByRole('switch', { name: 'Follow' }).click()
  server.platform.start(quakes, Date.now(), { id: 'run_NEW2', slow: 3 })
  await page.getByRole('link', { name: 'Run run_NEW2 of quakes' }).waitFor()
  await page.context().close()
})

test('ten thousand runs, five thousand steps and a hundred thousand rows are never more than a screenful of elements', async () => {
  const { page } = await open('/runs')
  const rows = page.getByRole('rowgroup', { name: 'Rows of runs' })
  await page.getByText('200 runs loaded').waitFor()
  await rows.evaluate((element) => element.scrollTo(0, element.scrollHeight))
  await page.getByText('400 runs loaded').waitFor()
  expect(await rows.getByRole('row').count()).toBeLessThan(80)

  await page.goto(`${server.url}/runs/run_LARGE`)
  await page.getByText('5,000 steps in 3 tasks').waitFor()
  await page.getByRole('button', { name: 'Unfold all tasks' }).click()
  const gantt = page.getByRole('listbox', { name: 'Tasks and steps over time' })
  await gantt.evaluate((element) => element.scrollTo(0, element.scrollHeight))
  await gantt.getByText('Task index').waitFor()
  expect(await gantt.getByRole('option').count()).toBeLessThan(80)

  await page.goto(`${server.url}/sql#sql=${encodeURIComponent('SELECT * FROM quakes')}`)
  await page.getByRole('button', { name: 'Run query' }).click()
  const grid = page.getByRole('grid', { name: 'Query result' })
  await grid.evaluate((element) => element.scrollTo(0, element.scrollHeight))
  await grid.getByRole('rowheader', { name: '100000' }).waitFor()
  expect(await grid.getByRole('gridcell').count()).toBeLessThan(1_000)
  await page.context().close()
})

test('the keyboard reaches everything: palette, help, places', async () => {
  const { page } = await open('/')
  await page.getByRole('heading', { name: 'Home' }).waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('r')
  await page.getByRole('heading', { name: 'Runs' }).waitFor()
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'About runs' }).waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByRole('combobox', { name: 'Go to, run, find' }).fill('run quakes')
  await page.getByRole('option', { name: /^Run quakes/ }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Run quakes' }).waitFor()
  await page.keyboard.press('Escape')
  await page.goBack()
  await page.getByRole('heading', { name: 'Runs' }).waitFor()
  await page.context().close()
})

test('who is not signed in is asked for the token, and comes back to where they were', async () => {
  const locked = await startFakeServer({ schemaFile, dist, busy: false, runs: 10, locked: true })
  const page = await browser.newPage()
  await page.goto(`${locked.url}/runs?state=failed`)
  const token = page.getByLabel('Administrator’s token')
  await token.fill('wrong')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('The token is not one of ours.').waitFor()
  await token.fill('fake')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: /^Failed/, pressed: true }).waitFor()
  await page.context().close()
  await locked.close()
})

const everyPage = [
  '/',
  '/playbooks',
  '/playbooks/quakes',
  '/playbooks/quakes?tab=runs',
  '/playbooks/quakes?tab=versions',
  '/playbooks/quakes?run=true',
  '/playbooks/new',
  '/playbooks/ghost',
  '/runs',
  '/runs?q=zzzzzz',
  '/runs/run_FAILED',
  '/runs/run_LIVE?view=gantt',
  '/runs/run_LARGE?view=logs',
  '/runs/ghost',
  '/sql',
  '/datasets',
  '/plugins/http',
  '/sign-in',
  '/nowhere',
  '/_ui',
]

test.each(everyPage)(
  '%s: axe finds nothing, dark or light, on a desk or a phone, and nothing is wider than 360 pixels',
  async (path) => {
    for (const [colorScheme, width] of [
      ['dark', 1440],
      ['light', 1440],
      ['light', 360],
    ] as const) {
      const { page, wrong } = await open(path, { colorScheme, viewport: { width, height: 800 } })
      await page.getByRole('main').waitFor()
      await page.waitForLoadState('networkidle')
      await page.evaluate(axe)
      const faults = await page.evaluate(async () => {
        const { violations } = await (globalThis as unknown as AxeWindow).axe.run(document, {
          resultTypes: ['violations'],
        })
        return violations.map((each) => `${each.id}: ${each.nodes[0]?.html}`)
      })
      expect(faults, `${path} ${colorScheme} ${width}`).toEqual([])
      const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect(tooWide, `${path} at ${width}`).toBeLessThanOrEqual(0)
      expect(wrong).toEqual([])
      await page.context().close()
    }
  },
)

test('what the first page loads is under 250 kB', async () => {
  const { page } = await open('/')
  await page.getByRole('heading', { name: 'Home' }).waitFor()
  const scripts = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .flatMap(({ name }) => (name.endsWith('.js') ? [new URL(name).pathname] : [])),
  )
  const sizes = await Promise.all(scripts.map(async (path) => gzipSync(await readFile(join(dist, path))).byteLength))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  expect(total).toBeLessThan(250_000)
  await page.context().close()
})
