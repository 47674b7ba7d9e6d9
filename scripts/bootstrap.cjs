// The door of `npm start`, `npm test` and their kin. Plain old JavaScript, because this file must still speak where
// nothing newer parses: an old Node gets one sentence here instead of a SyntaxError somewhere deep.
'use strict'

var complaintAbout = require('./bootstrap/platform.cjs').complaintAbout

var complaint = complaintAbout(require('./bootstrap/platform.cjs').thisMachine())
if (complaint) {
  console.error(complaint)
  process.exitCode = 1
} else {
  require('./bootstrap/load.cjs')
}
