// Starts one program of each kind, says that they run, and waits to be killed.
import { pathToFileURL } from 'node:url'
import { createCodeRunner } from '../code/runner.ts'
import { runProgram } from '../process/program.ts'
import { createWorkshop } from '../process/workshop.ts'
import { testCall } from './program-calls.ts'

const root = process.argv[2] ?? ''
const workshop = createWorkshop(root, 8)
const code = createCodeRunner(workshop, root, { python: 'python3', node: process.execPath })

const python = `import os, subprocess
def main():
    subprocess.Popen(["sleep", "671"])
    subprocess.Popen(["setsid", "sleep", "672"])
    if os.fork() == 0:
        os.setsid()
        while True: pass
    print("up", flush=True)
    while True: pass`
const node = `const { spawn } = require('node:child_process')
function main() {
  spawn('sleep', ['673'], { detached: true })
  console.log('up')
  for (;;);
}`
const bash = 'setsid sleep 674 & sleep 675 & echo up; trap "" TERM INT HUP; while true; do :; done'

const calls = [
  { call: testCall(), start: (call: ReturnType<typeof testCall>) => code.run(call, { language: 'python', code: python, input: {}, packages: [] }) },
  { call: testCall(), start: (call: ReturnType<typeof testCall>) => code.run(call, { language: 'node', code: node, input: {}, packages: [] }) },
  { call: testCall(), start: (call: ReturnType<typeof testCall>) => runProgram(workshop, call, { command: 'bash', arguments: ['-c', bash] }) },
]
for (const { call, start } of calls) void start(call)
const timer = setInterval(() => {
  if (calls.some(({ call }) => call.lines.length === 0)) return
  clearInterval(timer)
  console.log(`up as ${workshop.warden.mark} from ${pathToFileURL(root)}`)
  setInterval(() => undefined, 60_000)
}, 10)
