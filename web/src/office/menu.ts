/** The menu on a narrow screen: folded until its button is pressed; without this script it simply stands open. */
export function foldMenu(root: Document): void {
  const button = root.querySelector<HTMLButtonElement>("[data-menu-button]");
  const menu = button && root.getElementById(button.getAttribute("aria-controls") ?? "");
  if (!button || !menu) return;
  const show = (open: boolean): void => {
    button.setAttribute("aria-expanded", String(open));
    menu.classList.toggle("is-open", open);
  };
  button.addEventListener("click", () => show(button.getAttribute("aria-expanded") !== "true"));
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || button.getAttribute("aria-expanded") !== "true") return;
    show(false);
    button.focus();
  });
  show(false);
}
