// A text box that sends what was typed a moment after the last key, or at once on Enter.
const WAIT = 250 // milliseconds
const timers = new WeakMap()

export default function ({ data, parentElement, setStateValue }) {
  const input = parentElement.querySelector("input")
  parentElement.querySelector("label").textContent = data.label
  parentElement.querySelector("[role=status]").textContent = data.status
  input.setAttribute("aria-label", data.label) // until here the markup's own, so that it never lacks a name
  input.placeholder = data.placeholder
  if (!timers.has(input)) {
    input.value = data.text // only when the box appears: later it would fight with whoever types
    timers.set(input, null)
  }
  const send = () => {
    clearTimeout(timers.get(input))
    setStateValue("text", input.value)
  }
  input.oninput = () => {
    clearTimeout(timers.get(input))
    timers.set(input, setTimeout(send, WAIT))
  }
  input.onkeydown = event => {
    if (event.key === "Enter" && !event.isComposing) send()
  }
  return () => clearTimeout(timers.get(input))
}
