// htmx, where a page loads it: the CSRF header, and components in what was swapped in.
import { initComponents } from './components.js'

export function initHtmx () {
  document.addEventListener('htmx:configRequest', (event) => {
    const token = document.querySelector('meta[name="csrf-token"]')?.content
    if (token && event.detail.verb !== 'get') event.detail.headers['X-CSRFToken'] = token
  })
  document.addEventListener('htmx:afterSwap', (event) => initComponents(event.target))
}
