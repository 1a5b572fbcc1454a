// Streamlit covers the whole page, and takes the keys, while its server is away. Judging goes on
// without it, so the deck closes that dialog; the line at its top says how things stand.

const DIALOG = "[data-testid=stDialog]";
const WORDS = "Connection error";

/** Closes the dialog whenever it appears, and gives the focus back, until `signal` aborts. */
export function uncover(signal) {
  let back = null;
  const remember = (event) => {
    if (event.relatedTarget?.closest?.(DIALOG)) [back] = event.composedPath();
  };
  const close = () => {
    const dialog = document.querySelector(DIALOG);
    if (dialog?.textContent.startsWith(WORDS)) {
      dialog.querySelector("button")?.click();
    } else if (back && !dialog) {
      const place = back;
      back = null; // what else gives the focus back does so by the next frame
      requestAnimationFrame(() => setTimeout(() => place.focus({ preventScroll: true })));
    }
  };
  document.addEventListener("focusout", remember, { capture: true, signal });
  const observer = new MutationObserver(close);
  observer.observe(document.body, { childList: true });
  signal.addEventListener("abort", () => observer.disconnect());
}
