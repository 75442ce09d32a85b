// A module of the shop that imports the widget by its name in the import map.
import { version } from "ae-login";

window.importedVersion = version;
