// Takes the lock of a directory, says what it got, and stays until it is killed.
import { lockDirectory } from '../node.ts'

const answer = await lockDirectory(process.argv[2] ?? '')
console.log('heldBy' in answer ? `held by ${answer.heldBy}` : 'locked')
setInterval(() => undefined, 60_000)
