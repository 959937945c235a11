// A part of a page that is loaded again keeps what its reader had: the focus, what was opened and
// how far a table was pushed. Elements are known by their id, or by where they lead.
export function initKeep () {
  for (const part of document.querySelectorAll('[data-desk-keep]')) keep(part)
}

function keep (part) {
  let held = null
  part.addEventListener('htmx:beforeSwap', (event) => {
    if (event.target === part) held = heldIn(part)
  })
  part.addEventListener('htmx:afterSwap', (event) => {
    if (event.target === part && held) giveBack(part, held)
  })
}

function heldIn (part) {
  const active = part.contains(document.activeElement) ? document.activeElement : null
  return {
    focus: active && nameOf(active),
    opened: [...part.querySelectorAll('details[open][id]')].map((each) => each.id),
    pushed: [...part.querySelectorAll('[role="region"]')].map((each) => [each.scrollLeft, each.scrollTop]),
    page: [scrollX, scrollY]
  }
}

function nameOf (element) {
  if (element.id) return `#${CSS.escape(element.id)}`
  const link = element.getAttribute('href')
  if (link) return `a[href="${CSS.escape(link)}"]`
  const action = element.form?.getAttribute('action')
  return action ? `form[action="${CSS.escape(action)}"] button` : null
}

function giveBack (part, held) {
  for (const id of held.opened) part.querySelector(`#${CSS.escape(id)}`)?.setAttribute('open', '')
  part.querySelectorAll('[role="region"]').forEach((each, index) => {
    [each.scrollLeft, each.scrollTop] = held.pushed[index] ?? [0, 0]
  })
  const again = held.focus && part.querySelector(held.focus)
  if (again && again !== document.activeElement) again.focus({ preventScroll: true })
  if (scrollY !== held.page[1]) scrollTo({ left: held.page[0], top: held.page[1], behavior: 'instant' })
}
