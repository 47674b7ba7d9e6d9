// Nothing tells a process that its parent died; it is given another parent, and that can be seen.

const lookMs = 250

/** @param {() => void} act is called once when the parent of this process is gone */
export function onParentGone(act) {
  const parent = process.ppid
  const looking = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(looking)
    act()
  }, lookMs)
  looking.unref()
}
