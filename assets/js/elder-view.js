// Large text at once, without a new page; the link's address does the same without JavaScript.
const year = 31536000

export function initElderView () {
  for (const link of document.querySelectorAll('[data-desk-elder]')) {
    link.setAttribute('role', 'button')
    link.addEventListener('click', (event) => {
      event.preventDefault()
      toggle(link)
    })
    link.addEventListener('keydown', (event) => {
      if (event.key !== ' ') return
      event.preventDefault()
      toggle(link)
    })
  }
}

function toggle (link) {
  const on = document.documentElement.classList.toggle('desk-elder')
  link.setAttribute('aria-pressed', String(on))
  const secure = location.protocol === 'https:' ? '; Secure' : ''
  document.cookie = `elder=${on ? 1 : 0}; Path=/; Max-Age=${year}; SameSite=Lax${secure}`
}
