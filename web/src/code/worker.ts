/** The code page's service worker: the page opens without a network. */

import { keepPage } from "../device/keeping";

keepPage("code", "/code/");
