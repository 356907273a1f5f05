// The portal's own scripts, one capability a file. Pages work without them, only less comfortably.
import "./menus.js";
import "./dialogs.js";
import "./forms.js";
import "./lists.js";
import "./partials.js";
import "./printing.js";
import "./theme.js";
import "./palette.js";
import "./redraw.js";
import "./rows.js";
import "./writing.js";

// Whoever works a page by a program waits for this mark, which says that all of the above has run.
document.documentElement.dataset.ready = "";
