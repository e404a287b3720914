/** The offline desk's service worker: the page is there without a network. */

import { keepPage } from "../keeping";

keepPage("desk", "/desk/app/");
