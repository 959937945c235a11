// Forms: one sending, a question before what cannot be undone, filters that act as one types.
export function initForms () {
  document.addEventListener('submit', (event) => {
    if (!confirmed(event)) event.preventDefault()
    else holdSecondSending(event)
  })
  document.addEventListener('input', filterRows)
  document.addEventListener('change', (event) => {
    const field = event.target.closest('[data-desk-autosubmit]')
    if (field?.form) field.form.requestSubmit()
  })
  addEventListener('pageshow', releaseForms)
}

function confirmed (event) {
  const question = event.submitter?.dataset.deskConfirm
  return !question || window.confirm(question)
}

function holdSecondSending (event) {
  const form = event.target
  if (!form.hasAttribute('data-desk-once')) return
  if (form.dataset.deskSent) event.preventDefault()
  form.dataset.deskSent = 'yes'
}

function releaseForms () {
  for (const form of document.querySelectorAll('[data-desk-sent]')) delete form.dataset.deskSent
}

function filterRows (event) {
  const selector = event.target.dataset?.deskFilter
  if (!selector) return
  const wanted = event.target.value.trim().toLowerCase()
  for (const row of document.querySelector(selector)?.children ?? []) {
    row.hidden = !row.textContent.toLowerCase().includes(wanted)
  }
}
