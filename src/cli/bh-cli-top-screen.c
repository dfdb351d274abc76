/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-top-screen.h"

#include <glib/gi18n.h>

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* The functions that take wide characters. */
#define NCURSES_WIDECHAR 1
#include <curses.h>

/*
 * The terminal of `top`. This is the only file that knows curses, which knows terminals, and sends
 * them only what has changed. Curses has one screen; so has this file.
 */

static SCREEN *screen;
static attr_t attributes[BH_N_CLI_TOP_STYLES];

static const struct
{
  int code;
  BhCliTopKey key;
} keys[] = {
  { KEY_UP, BH_CLI_TOP_KEY_UP },
  { KEY_DOWN, BH_CLI_TOP_KEY_DOWN },
  { KEY_LEFT, BH_CLI_TOP_KEY_LEFT },
  { KEY_RIGHT, BH_CLI_TOP_KEY_RIGHT },
  { KEY_PPAGE, BH_CLI_TOP_KEY_PAGE_UP },
  { KEY_NPAGE, BH_CLI_TOP_KEY_PAGE_DOWN },
  { KEY_HOME, BH_CLI_TOP_KEY_HOME },
  { KEY_END, BH_CLI_TOP_KEY_END },
  { KEY_BACKSPACE, BH_CLI_TOP_KEY_BACKSPACE },
  { KEY_ENTER, '\n' },
  { KEY_F (1), BH_CLI_TOP_KEY_F1 },
  { KEY_F (3), BH_CLI_TOP_KEY_F3 },
  { KEY_F (4), BH_CLI_TOP_KEY_F4 },
  { KEY_F (6), BH_CLI_TOP_KEY_F6 },
  { KEY_F (9), BH_CLI_TOP_KEY_F9 },
  { KEY_F (10), BH_CLI_TOP_KEY_F10 },
};

/* NO_COLOR is what many programs look at, see no-color.org. */
static gboolean
wants_colors (void)
{
  const char *no = g_getenv ("NO_COLOR");

  return (no == NULL || *no == '\0') && has_colors ();
}

static void
set_up_styles (void)
{
  attributes[BH_CLI_TOP_PLAIN] = A_NORMAL;
  attributes[BH_CLI_TOP_STRONG] = A_BOLD;
  attributes[BH_CLI_TOP_WEAK] = A_NORMAL;
  /* Not reversed: the selected row is, and may stand right below. */
  attributes[BH_CLI_TOP_HEADING] = A_BOLD | A_UNDERLINE;
  attributes[BH_CLI_TOP_WARNING] = A_BOLD;
  attributes[BH_CLI_TOP_BAD] = A_BOLD;
  attributes[BH_CLI_TOP_ASLEEP] = A_DIM;
  if (!wants_colors ())
    return;

  start_color ();
  use_default_colors ();
  /* Those that can be read on black and on white. */
  init_pair (1, COLOR_MAGENTA, -1);
  init_pair (2, COLOR_RED, -1);
  init_pair (3, COLOR_BLUE, -1);
  attributes[BH_CLI_TOP_WARNING] = COLOR_PAIR (1) | A_BOLD;
  attributes[BH_CLI_TOP_BAD] = COLOR_PAIR (2) | A_BOLD;
  attributes[BH_CLI_TOP_ASLEEP] = COLOR_PAIR (3) | A_BOLD;
}

/**
 * bh_cli_top_screen_open:
 * @trouble: (out): why it can't be, in words
 *
 * Takes the terminal.
 *
 * Returns: whether that could be done
 */
gboolean
bh_cli_top_screen_open (char **trouble)
{
  const char *terminal = g_getenv ("TERM");

  g_return_val_if_fail (trouble != NULL, FALSE);
  g_return_val_if_fail (screen == NULL, FALSE);

  /* In the C locale, where that is ASCII, nobody has said what the terminal understands: these days
   * it is UTF-8, as everywhere in this program. */
  if (g_str_equal (nl_langinfo (CODESET), "ANSI_X3.4-1968"))
    setlocale (LC_CTYPE, "C.UTF-8");
  /* Esc alone need not wait for long for what might follow it. */
  set_escdelay (50);
  screen = terminal != NULL && *terminal != '\0' ? newterm (NULL, stdout, stdin) : NULL;
  if (screen == NULL)
    {
      *trouble = g_strdup_printf (_("the terminal “%s” (TERM) is not known here"),
                                  terminal != NULL ? terminal : "");
      return FALSE;
    }
  set_term (screen);
  cbreak ();
  noecho ();
  nonl ();
  keypad (stdscr, TRUE);
  nodelay (stdscr, TRUE);
  leaveok (stdscr, FALSE);
  curs_set (0);
  set_up_styles ();

  return TRUE;
}

/**
 * bh_cli_top_screen_close:
 *
 * Gives the terminal back as it was.
 */
void
bh_cli_top_screen_close (void)
{
  if (screen == NULL)
    return;
  endwin ();
  delscreen (screen);
  screen = NULL;
}

/**
 * bh_cli_top_screen_get_size:
 * @width: (out): columns
 * @height: (out): lines
 */
void
bh_cli_top_screen_get_size (guint *width, guint *height)
{
  g_return_if_fail (width != NULL && height != NULL);

  *width = (guint) MAX (COLS, 1);
  *height = (guint) MAX (LINES, 1);
}

/**
 * bh_cli_top_screen_resize:
 *
 * Looks how large the terminal is now.
 */
void
bh_cli_top_screen_resize (void)
{
  struct winsize size = { 0 };

  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
    resizeterm (size.ws_row, size.ws_col);
}

/**
 * bh_cli_top_screen_redraw:
 *
 * Draws all anew, in case another program has written over it.
 */
void
bh_cli_top_screen_redraw (void)
{
  clearok (curscr, TRUE);
}

/* To the encoding of the terminal. */
static char *
to_terminal (const char *text)
{
  const char *charset = NULL;
  char *converted;

  if (g_get_charset (&charset))
    return g_strdup (text);
  /* Not what GLib remembers, but what was set when the terminal was taken. */
  charset = nl_langinfo (CODESET);
  if (g_str_equal (charset, "UTF-8"))
    return g_strdup (text);
  converted = g_convert_with_fallback (text, -1, charset, "UTF-8", "?", NULL, NULL, NULL);

  return converted != NULL ? converted : g_strdup ("");
}

/**
 * bh_cli_top_screen_draw:
 * @row: a line of the terminal
 * @line: what stands there
 * @selected: whether it is marked
 */
void
bh_cli_top_screen_draw (guint row, BhCliTopLine *line, gboolean selected)
{
  int width, used;

  g_return_if_fail (line != NULL);

  if ((int) row >= LINES)
    return;
  move ((int) row, 0);
  for (guint i = 0; i < bh_cli_top_line_get_n (line); i++)
    {
      BhCliTopStyle style;
      const char *text = bh_cli_top_line_get (line, i, &style);
      g_autofree char *shown = to_terminal (text);

      attrset ((int) (selected ? A_REVERSE : attributes[style]));
      addstr (shown);
    }
  attrset ((int) (selected ? A_REVERSE : A_NORMAL));
  getyx (stdscr, width, used);
  if (width == (int) row)
    {
      if (selected)
        hline (' ' | A_REVERSE, COLS - used);
      else
        clrtoeol ();
    }
  attrset (A_NORMAL);
}

/**
 * bh_cli_top_screen_clear:
 * @row: a line of the terminal
 *
 * Has nothing stand there.
 */
void
bh_cli_top_screen_clear (guint row)
{
  if ((int) row >= LINES)
    return;
  move ((int) row, 0);
  clrtoeol ();
}

/**
 * bh_cli_top_screen_show:
 * @cursor_row: where the user types, -1 for nowhere
 * @cursor_column: likewise
 *
 * Sends the terminal what has changed.
 */
void
bh_cli_top_screen_show (int cursor_row, guint cursor_column)
{
  curs_set (cursor_row >= 0 ? 1 : 0);
  if (cursor_row >= 0)
    move (cursor_row, MIN ((int) cursor_column, COLS - 1));
  refresh ();
}

static gboolean
is_gone (void)
{
  struct pollfd fd = { STDIN_FILENO, POLLIN, 0 };
  int pending = 0;

  return poll (&fd, 1, 0) == 1
         && ((fd.revents & (POLLERR | POLLNVAL)) != 0
             || ((fd.revents & POLLHUP) != 0
                 && (ioctl (STDIN_FILENO, FIONREAD, &pending) != 0 || pending == 0)));
}

/**
 * bh_cli_top_screen_read_key:
 *
 * Returns: a character, a #BhCliTopKey, or %BH_CLI_TOP_KEY_NONE when nothing more was typed
 */
guint
bh_cli_top_screen_read_key (void)
{
  wint_t code = 0;
  int result = get_wch (&code);

  if (result == ERR)
    return is_gone () ? BH_CLI_TOP_KEY_GONE : BH_CLI_TOP_KEY_NONE;
  if (result != KEY_CODE_YES)
    {
      if (code == 127 || code == 8)
        return BH_CLI_TOP_KEY_BACKSPACE;
      return code == '\r' ? '\n' : (guint) code;
    }
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (keys[i].code == (int) code)
      return (guint) keys[i].key;

  /* One that means nothing here. */
  return 0x10FFFF;
}
