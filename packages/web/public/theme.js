// Sets the theme and the width of the rail before the first paint; a file of its own because inline scripts are forbidden.
;(() => {
  let chosen = null
  let rail = null
  try {
    chosen = localStorage.getItem('millrace.theme')
    rail = localStorage.getItem('millrace.rail')
  } catch {
    // Storage is forbidden: the system's theme and the open rail.
  }
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
  document.documentElement.dataset.rail = rail === 'collapsed' ? 'collapsed' : 'open'
})()
