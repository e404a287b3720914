/** The offline desk's service worker: the page is there without a network. */

import { keepPage } from "../device/keeping";

keepPage("desk", "/desk/app/");
