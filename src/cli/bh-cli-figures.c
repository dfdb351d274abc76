/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-figures.h"

#include "bh-cli-text.h"

#include <glib/gi18n.h>

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

/*
 * Figures where columns are scarce: at most five or six of them, as other programs in a terminal
 * write them. Elsewhere bh-units.h has them with their units.
 */

#define DEFAULT_WIDTH 80

/**
 * bh_cli_figures_dup_size:
 * @bytes: a size
 *
 * Writes a size in at most five columns, in powers of 1024: `812M`, `1.2G`, `0`.
 *
 * Returns: (transfer full): the text
 */
char *
bh_cli_figures_dup_size (guint64 bytes)
{
  static const char letters[] = "KMGTPE";
  double value = (double) bytes;
  int place = -1;

  if (bytes < 1024)
    return g_strdup_printf ("%u", (guint) bytes);
  while (value >= 1024 && letters[place + 1] != '\0')
    {
      value /= 1024;
      place++;
    }
  /* 9.96 would be written 10.0. */
  if (value < 9.95)
    return g_strdup_printf ("%.1f%c", value, letters[place]);

  return g_strdup_printf ("%.0f%c", value, letters[place]);
}

/**
 * bh_cli_figures_dup_percent:
 * @percent: a share, negative when it is not known
 *
 * Returns: (transfer full): it in at most six columns, such as `12.5%`
 */
char *
bh_cli_figures_dup_percent (double percent)
{
  if (!(percent >= 0))
    return g_strdup (BH_CLI_UNKNOWN);

  return percent < 999.95 ? g_strdup_printf ("%.1f%%", percent)
                          : g_strdup_printf ("%.0f%%", percent);
}

/**
 * bh_cli_figures_dup_time:
 * @microseconds: processor time
 *
 * Returns: (transfer full): it in at most eight columns: `0:01.25`, `12:34`, `3:05:07`, `4d05h`
 */
char *
bh_cli_figures_dup_time (guint64 microseconds)
{
  guint64 seconds = microseconds / G_USEC_PER_SEC;
  guint64 minutes = seconds / 60;
  guint64 hours = minutes / 60;

  if (hours >= 100)
    /* Translators: days and hours, as short as can be. */
    return g_strdup_printf (_("%ud%02uh"), (guint) (hours / 24), (guint) (hours % 24));
  if (hours > 0)
    return g_strdup_printf ("%u:%02u:%02u", (guint) hours, (guint) (minutes % 60),
                            (guint) (seconds % 60));
  if (minutes > 9)
    return g_strdup_printf ("%u:%02u", (guint) minutes, (guint) (seconds % 60));

  return g_strdup_printf ("%u:%02u.%02u", (guint) minutes, (guint) (seconds % 60),
                          (guint) (microseconds / 10000 % 100));
}

/**
 * bh_cli_figures_dup_up_time:
 * @seconds: how long something has been there, negative when it is not known
 *
 * Returns: (transfer full): it in at most seven columns: `45s`, `12m05s`, `3h07m`, `4d05h`
 */
char *
bh_cli_figures_dup_up_time (double seconds)
{
  guint64 whole;

  if (!(seconds >= 0) || seconds > 1e12)
    return g_strdup (BH_CLI_UNKNOWN);
  whole = (guint64) seconds;
  if (whole < 60)
    /* Translators: seconds, as short as can be. */
    return g_strdup_printf (_("%us"), (guint) whole);
  if (whole < 3600)
    /* Translators: minutes and seconds, as short as can be. */
    return g_strdup_printf (_("%um%02us"), (guint) (whole / 60), (guint) (whole % 60));
  if (whole < 24 * 3600)
    /* Translators: hours and minutes, as short as can be. */
    return g_strdup_printf (_("%uh%02um"), (guint) (whole / 3600), (guint) (whole / 60 % 60));

  return g_strdup_printf (_("%ud%02uh"), (guint) (whole / 86400), (guint) (whole / 3600 % 24));
}

/**
 * bh_cli_figures_get_terminal_width:
 *
 * Returns: how many columns the standard output has: what COLUMNS says, or the terminal; 80 when
 *   nobody knows
 */
guint
bh_cli_figures_get_terminal_width (void)
{
  const char *columns = g_getenv ("COLUMNS");
  struct winsize size = { 0 };
  guint64 number;

  if (columns != NULL && g_ascii_string_to_unsigned (columns, 10, 1, 10000, &number, NULL))
    return (guint) number;
  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;

  return DEFAULT_WIDTH;
}
