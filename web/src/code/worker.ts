/** The code page's service worker: the page opens without a network. */

import { keepPage } from "../keeping";

keepPage("code", "/code/");
