// Takes a text to the clipboard and says that it has.

import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { IconButton } from './button.tsx'
import { notify } from './notices.tsx'

export function CopyButton({ text, label = 'Copy' }: { readonly text: string; readonly label?: string }) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 1_500)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setCopied(true)
      notify({ tone: 'good', text: 'Copied.' })
    } catch {
      notify({ tone: 'bad', text: 'This browser does not let pages copy here; select the text instead.' })
    }
  }
  return (
    <IconButton label={label} className="size-7" onClick={() => void copy()}>
      {copied ? <Check size={14} className="text-completed" /> : <Copy size={14} />}
    </IconButton>
  )
}
