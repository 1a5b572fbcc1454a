// Elements without a template language. Text enters the page as text nodes only, never as HTML.

const PROPERTIES = new Set(["className", "disabled", "hidden", "tabIndex", "textContent", "value"]);

/** `h("button", {class: "x", onclick: f, "aria-pressed": "true"}, "text", child)` */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (PROPERTIES.has(name)) element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

export const keycap = (text) => h("kbd", { "aria-hidden": "true" }, text);

/** Writes text only where it changed, so that live regions do not repeat themselves. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Scrolls an element back to its top, if it was scrolled: just asking where it stands would lay the
 * page out once more for each new item.
 */
export function topOf(element) {
  let scrolled = false;
  element.addEventListener("scroll", () => (scrolled = true), { passive: true });
  return () => {
    if (scrolled) element.scrollTop = 0;
    scrolled = false;
  };
}

/** The text of a message, whose content is a string or a list of parts. */
export function contentText(content) {
  if (typeof content === "string") return content;
  return content.map((part) => (part.type === "text" ? part.text : `[${part.type}]`)).join("\n");
}
