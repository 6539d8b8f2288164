// A button that puts a PNG file on the clipboard, transparency included; where browsers refuse, it says what else to do.
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button")
  const status = parentElement.querySelector("[role=status]")
  button.textContent = data.label
  button.removeAttribute("aria-label") // until here the markup's own, so that it never lacks a name
  button.onclick = async () => {
    status.textContent = ""
    try {
      const bytes = Uint8Array.from(atob(data.png), sign => sign.charCodeAt(0))
      const item = new ClipboardItem({ "image/png": new Blob([bytes], { type: "image/png" }) })
      await navigator.clipboard.write([item]) // there on localhost and https only
      status.textContent = data.done
    } catch {
      status.textContent = data.refused
    }
  }
  return () => {
    status.textContent = ""
  }
}
