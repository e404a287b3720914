/** Buttons that print the page; the style sheet decides what paper gets. */
export function printButtons(root: Document): void {
  root.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-print]")) window.print();
  });
}
