// Sets the theme before the first paint; a file of its own because inline scripts are forbidden.
;(() => {
  let chosen = null
  try {
    chosen = localStorage.getItem('millrace.theme')
  } catch {
    chosen = null
  }
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
})()
