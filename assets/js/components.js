// The GOV.UK Frontend components that are in use.
import { Button } from 'govuk-frontend/dist/govuk/components/button/button.mjs'
import { CharacterCount } from 'govuk-frontend/dist/govuk/components/character-count/character-count.mjs'
import { Checkboxes } from 'govuk-frontend/dist/govuk/components/checkboxes/checkboxes.mjs'
import { ErrorSummary } from 'govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs'
import { PasswordInput } from 'govuk-frontend/dist/govuk/components/password-input/password-input.mjs'
import { Radios } from 'govuk-frontend/dist/govuk/components/radios/radios.mjs'
import { SkipLink } from 'govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs'

const components = [Button, CharacterCount, Checkboxes, ErrorSummary, PasswordInput, Radios, SkipLink]

export function initComponents (scope) {
  for (const Component of components) {
    for (const element of scope.querySelectorAll(`[data-module="${Component.moduleName}"]`)) {
      start(Component, element)
    }
  }
}

function start (Component, element) {
  if (element.hasAttribute(`data-${Component.moduleName}-init`)) return
  try {
    new Component(element) // eslint-disable-line no-new
  } catch (error) {
    console.warn(error)
  }
}
