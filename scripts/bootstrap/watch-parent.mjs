// Loaded into every child (`node --import`): when the parent is gone, even by kill -9, the child ends as if it had been
// asked to. Without this, `kill` on `npm start` leaves a server behind that nobody sees and that holds the data folder.

import { isMainThread } from 'node:worker_threads'
import { onParentGone } from './parent.mjs'

if (isMainThread) onParentGone(() => process.kill(process.pid, 'SIGTERM'))
