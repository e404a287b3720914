/** Buttons that copy the text of another element, a replay command for example. */
export function copyButtons(root: Document): void {
  root.addEventListener("click", async (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-copy]") : null;
    const source = button && root.getElementById(button.dataset["copy"] ?? "");
    if (!button || !source) return;
    await navigator.clipboard.writeText(source.textContent?.trim() ?? "");
    const said = root.getElementById(button.dataset["copied"] ?? "");
    if (said) said.hidden = false;
  });
}
