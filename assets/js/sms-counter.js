// How many texts a message makes: 70 UCS-2 units in one, 67 in each of several; 160 and 153 in GSM 7-bit.
const gsm = /^[A-Za-z0-9 \r\n@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ!"#¤%&'()*+,\-./:;<=>?¡ÄÖÑÜ§¿äöñüà]*$/

export function initSmsCounter () {
  for (const field of document.querySelectorAll('[data-desk-count]')) {
    const output = document.querySelector(field.dataset.deskCount)
    if (!output) continue
    const show = () => { output.textContent = describe(field.value, output.dataset.deskPattern) }
    field.addEventListener('input', show)
    show()
  }
}

function describe (text, pattern = '{units} / {segments}') {
  const [single, several] = gsm.test(text) ? [160, 153] : [70, 67]
  const units = text.length
  const segments = units <= single ? Math.min(units, 1) : Math.ceil(units / several)
  return pattern.replace('{units}', units).replace('{segments}', segments)
}
