// Reads a part of the page aloud, if the device has a voice for the page's language.
const synthesis = window.speechSynthesis

export function initReadAloud () {
  const buttons = [...document.querySelectorAll('[data-desk-read]')]
  if (!synthesis || buttons.length === 0) return
  const show = () => {
    if (!voice()) return
    for (const button of buttons) button.hidden = false
  }
  synthesis.addEventListener?.('voiceschanged', show)
  show()
  for (const button of buttons) button.addEventListener('click', () => toggle(button))
  addEventListener('pagehide', () => synthesis.cancel())
}

function voice () {
  const language = document.documentElement.lang.slice(0, 2).toLowerCase()
  return synthesis.getVoices().find((each) => each.lang.toLowerCase().startsWith(language))
}

function toggle (button) {
  const speaking = button.getAttribute('aria-pressed') === 'true'
  synthesis.cancel()
  setPressed(button, !speaking)
  if (speaking) return
  for (const utterance of utterances(button)) synthesis.speak(utterance)
}

// A sentence at a time: long texts are cut off by some engines.
function utterances (button) {
  const source = document.querySelector(button.dataset.deskRead)
  const sentences = (source?.innerText ?? '').split(/(?<=[。！？!?།\n])/).filter((text) => text.trim())
  const made = sentences.map(spoken)
  made.at(-1)?.addEventListener('end', () => setPressed(button, false))
  return made
}

function spoken (sentence) {
  const utterance = new SpeechSynthesisUtterance(sentence)
  utterance.voice = voice()
  utterance.lang = utterance.voice?.lang ?? document.documentElement.lang
  utterance.rate = 0.9
  return utterance
}

function setPressed (button, pressed) {
  button.setAttribute('aria-pressed', String(pressed))
  const label = button.querySelector('[data-desk-label]')
  if (label) label.textContent = pressed ? button.dataset.deskReadStop : button.dataset.deskReadStart
}
