/** What every office page runs: tables that change in place, the menu on a phone, and the drawn time line. */
import "htmx.org";

import { copyButtons } from "./copying";
import { foldMenu } from "./menu";
import { placeOnMap } from "./placing";
import { printButtons } from "./printing";
import { signatures } from "./signature";
import { drawTimelines } from "./timeline/draw";

document.documentElement.classList.add("has-script");
foldMenu(document);
printButtons(document);
copyButtons(document);
placeOnMap(document);
signatures(document);
drawTimelines(document);
