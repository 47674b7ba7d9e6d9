// The walk of a newcomer through the real console on the real platform: open, edit a playbook, see a complaint, mend it,
// run, watch it finish, read a log line, query the rows.

import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type Client,
  createClient,
  loadConfig,
  publishExamples,
  type RunningPlatform,
  startPlatform,
} from '@millrace/app'
import { launchChromium } from '@millrace/e2e/servers/chromium'
import { quietLogger } from '@millrace/stdx'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

let directory: string
let platform: RunningPlatform
let client: Client
let chromium: Awaited<ReturnType<typeof launchChromium>>
let page: Page
const wrong: string[] = []

beforeAll(async () => {
  if (!existsSync(join(root, 'packages/web/dist/index.html')))
    throw new Error('The console is not built: `npm run build`.')
  directory = await mkdtemp(join(tmpdir(), 'millrace-walk-'))
  const flags = { data: join(directory, 'data'), port: '0' }
  platform = await startPlatform({
    config: await loadConfig({ environment: {}, flags, directory }),
    environment: {},
    logger: quietLogger,
  })
  await publishExamples(platform.dispatch, join(root, 'examples'), quietLogger)
  client = createClient({ server: platform.address })
  chromium = await launchChromium()
  page = await (
    await chromium.browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark' })
  ).newPage()
  page.setDefaultTimeout(30_000)
  page.on('pageerror', (error) => wrong.push(error.message))
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) wrong.push(message.text())
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(platform.address) && !/^(?:data|blob):/.test(request.url())) wrong.push(request.url())
  })
})
afterAll(async () => {
  await chromium?.close()
  await platform?.stop()
  await rm(directory, { recursive: true, force: true })
})

test('a newcomer edits, is told what is wrong, mends it, runs it, reads its log and queries its rows', async () => {
  await page.goto(platform.address)
  await page.getByRole('heading', { name: 'Home' }).waitFor()
  await page.getByRole('region', { name: 'Last runs' }).getByText('hello').waitFor()
  await page.getByRole('link', { name: 'Playbooks', exact: true }).click()
  await page.getByRole('link', { name: 'quakes', exact: true }).click()

  const editor = page.getByRole('textbox', { name: 'Playbook YAML' })
  const complaints = page.getByRole('region', { name: 'Complaints' })
  await complaints.getByText('No complaints').waitFor()
  await editor.getByText('plugin: http').first().click()
  await page.keyboard.press('End')
  await page.keyboard.type('x')
  await page.keyboard.press('Escape')
  await complaints.getByText(/httpx/).first().waitFor()
  await page.getByRole('button', { name: /^Task fetch, has complaints/ }).waitFor()
  await editor.press('Backspace')
  await complaints.getByText('No complaints').waitFor()

  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await page.getByRole('dialog', { name: 'Run quakes' }).getByRole('button', { name: 'Start run' }).click()
  await page.getByRole('status', { name: 'Run state' }).getByText('Completed').waitFor()
  await page.getByRole('button', { name: 'Task score, Completed' }).waitFor()
  await page.getByRole('tab', { name: 'Logs' }).click()
  await page
    .getByRole('log', { name: 'Log lines' })
    .getByText(/quakes-1\.json → 200/)
    .waitFor()

  await page.getByRole('link', { name: 'SQL', exact: true }).click()
  await page.getByRole('textbox', { name: 'SQL' }).click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText('SELECT count() AS rows, max(mag) AS strongest FROM quakes')
  await page.keyboard.press('ControlOrMeta+Enter')
  const [[rows, strongest] = []] = (
    await client.post<{ rows: number[][] }>('/v1/query', { sql: 'SELECT count(), max(mag) FROM quakes' })
  ).rows
  const grid = page.getByRole('grid', { name: 'Query result' })
  await grid.getByRole('gridcell', { name: String(rows), exact: true }).waitFor()
  await grid.getByRole('gridcell', { name: String(strongest), exact: true }).waitFor()
  expect(wrong).toEqual([])
})

test('a run that somebody else starts appears and finishes while one looks', async () => {
  await page.goto(`${platform.address}/runs`)
  await page.getByRole('switch', { name: 'Follow' }).click()
  await page.getByRole('status', { name: 'Connection: Live' }).waitFor()
  const { id } = await client.post<{ id: string }>('/v1/runs', { playbook: 'hello', inputs: {} })
  await page.getByRole('link', { name: `Run ${id} of hello` }).waitFor()
  expect(wrong).toEqual([])
})

test('a failed run opens at its failure, and says where it comes from', async () => {
  const { id } = await client.post<{ id: string }>('/v1/runs?wait=60', { playbook: 'compensate', inputs: {} })
  await page.goto(`${platform.address}/runs/${id}`)
  await page.getByRole('status', { name: 'Run state' }).getByText('Failed').waitFor()
  await page.getByRole('figure', { name: 'Where it comes from' }).waitFor()
  expect(wrong).toEqual([])
})

test('the picture of the console in the manual is of this console', async () => {
  const { id } = await client.post<{ id: string }>('/v1/runs?wait=60', { playbook: 'quakes', inputs: {} })
  await page.goto(`${platform.address}/runs/${id}`)
  await page.getByRole('button', { name: 'Task report, Completed' }).waitFor()
  const picture = await page.screenshot(
    process.env['UPDATE_PICTURES'] === '1' ? { path: join(root, 'docs/images/console.png') } : {},
  )
  expect(picture.length).toBeGreaterThan(10_000)
})
