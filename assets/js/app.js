// Everything here is a convenience: each page works without it.
import { initComponents } from './components.js'
import { initElderView } from './elder-view.js'
import { initForms } from './forms.js'
import { initHtmx } from './htmx.js'
import { initKeep } from './keep.js'
import { initPageTools } from './page-tools.js'
import { initReadAloud } from './read-aloud.js'
import { initSmsCounter } from './sms-counter.js'

document.body.classList.add('js-enabled')
if ('noModule' in HTMLScriptElement.prototype) {
  document.body.classList.add('govuk-frontend-supported')
}

initComponents(document)
initElderView()
initForms()
initHtmx()
initKeep()
initPageTools()
initReadAloud()
initSmsCounter()
