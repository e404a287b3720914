/** The scanner's service worker: the page, its reader and the WebAssembly are there without a network. */

import { keepPage } from "../device/keeping";

keepPage("scan", "/scan/");
