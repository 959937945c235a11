// Print, copy, leave quickly.
const actions = {
  deskPrint: () => window.print(),
  deskCopy: (button) => copy(button),
  deskExit: (button) => leave(button)
}

export function initPageTools () {
  reveal()
  document.addEventListener('click', (event) => {
    for (const [name, act] of Object.entries(actions)) {
      const button = event.target.closest(`[data-${kebab(name)}]`)
      if (!button) continue
      event.preventDefault()
      act(button)
    }
  })
}

// Buttons that need JavaScript are hidden in the markup.
function reveal () {
  for (const button of document.querySelectorAll('[data-desk-print][hidden]')) button.hidden = false
  if (!navigator.clipboard) return
  for (const button of document.querySelectorAll('[data-desk-copy][hidden]')) button.hidden = false
}

async function copy (button) {
  await navigator.clipboard.writeText(button.dataset.deskCopy)
  const status = button.querySelector('[role="status"]')
  if (status) status.textContent = button.dataset.deskCopied ?? ''
}

function leave (link) {
  document.body.hidden = true
  window.open(link.href, '_blank', 'noopener')
  location.replace(link.dataset.deskExit || '/')
}

function kebab (name) {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
