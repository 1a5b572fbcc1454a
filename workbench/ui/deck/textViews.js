// Whether answers are read as Markdown or as plain text: this browser remembers it.

const KEY = "workbench.view";

export function preferredView() {
  try {
    return localStorage.getItem(KEY) === "plain" ? "plain" : "markdown";
  } catch {
    return "markdown";
  }
}

export function preferView(view) {
  try {
    localStorage.setItem(KEY, view);
  } catch {
    // Storage forbidden: the choice holds for this page.
  }
}
