/** The offline desk's engine. */

export { Desk, type Handing, openDesk } from "./engine";
