/** What a page says: of all messages that set-up wrote (tools/messages.py), a page gets its own alone. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const generated = join(dirname(fileURLToPath(import.meta.url)), "generated");

/**
 * @param {string} page
 * @returns {import("esbuild").Plugin}
 */
export const saidBy = (page) => ({
  name: "messages",
  setup(building) {
    building.onResolve({ filter: /\/generated\/messages\.json$/ }, () => ({ path: join(generated, `${page}.json`) }));
  },
});
