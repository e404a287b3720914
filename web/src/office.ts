/** What every office page runs: tables that change in place, the menu on a phone, and the drawn time line. */
import "htmx.org";

import { copyButtons } from "./office/copying";
import { foldMenu } from "./office/menu";
import { placeOnMap } from "./office/placing";
import { printButtons } from "./office/printing";
import { signatures } from "./office/signature";
import { drawTimelines } from "./timeline/draw";

document.documentElement.classList.add("has-script");
foldMenu(document);
printButtons(document);
copyButtons(document);
placeOnMap(document);
signatures(document);
drawTimelines(document);
