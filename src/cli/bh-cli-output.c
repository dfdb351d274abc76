/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-output.h"

#include "bh-cli-text.h"

#include <glib/gi18n.h>

#include <errno.h>
#include <string.h>

/*
 * Where a command's words go. It exists because a script trusts what it reads: a write that
 * failed (full disk, closed pipe) must end in an error and not in half a list, JSON is UTF-8
 * whatever the locale says, and everything else is in the encoding of the user's terminal.
 */

struct _BhCliOutput
{
  FILE *out;
  FILE *err;
  gboolean json;
  /* Nobody reads, which is as good an end as any to what has no end of its own. */
  gboolean broken;
  int write_error;
};

/* UTF-8 to the encoding of the locale. In the C locale, where that is ASCII, nobody has said what
 * the terminal understands: these days it is UTF-8, and so are the logs of programs that run
 * there. Any other encoding is meant. */
static char *
to_locale (const char *text)
{
  const char *charset = NULL;
  char *converted;

  if (g_get_charset (&charset) || g_str_equal (charset, "ANSI_X3.4-1968")
      || g_str_equal (charset, "US-ASCII"))
    return g_strdup (text);

  converted = g_convert_with_fallback (text, -1, charset, "UTF-8", "?", NULL, NULL, NULL);

  return converted != NULL ? converted : g_strdup (text);
}

static void
write_out (BhCliOutput *self, const char *text)
{
  if (self->write_error != 0)
    return;

  /* Flushed each time: a line about one app is worth reading while others are still busy. */
  errno = 0;
  if (fputs (text, self->out) == EOF || fflush (self->out) != 0)
    self->write_error = errno != 0 ? errno : EIO;
}

/**
 * bh_cli_output_new:
 * @out: where results go
 * @err: where complaints go
 *
 * Returns: (transfer full): the output; it does not close the streams
 */
BhCliOutput *
bh_cli_output_new (FILE *out, FILE *err)
{
  BhCliOutput *self;

  g_return_val_if_fail (out != NULL && err != NULL, NULL);

  self = g_new0 (BhCliOutput, 1);
  self->out = out;
  self->err = err;

  return self;
}

/**
 * bh_cli_output_free:
 * @self: (transfer full): an output
 */
void
bh_cli_output_free (BhCliOutput *self)
{
  g_return_if_fail (self != NULL);

  g_free (self);
}

/**
 * bh_cli_output_get_json:
 * @self: an output
 *
 * Returns: whether the user wants JSON
 */
gboolean
bh_cli_output_get_json (BhCliOutput *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->json;
}

/**
 * bh_cli_output_set_json:
 * @self: an output
 * @json: whether the user wants JSON
 */
void
bh_cli_output_set_json (BhCliOutput *self, gboolean json)
{
  g_return_if_fail (self != NULL);

  self->json = json;
}

/**
 * bh_cli_output_print:
 * @self: an output
 * @format: a printf() format
 * @...: its arguments
 *
 * Prints text for people, in the encoding of the locale.
 */
void
bh_cli_output_print (BhCliOutput *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *converted = NULL;
  va_list args;

  g_return_if_fail (self != NULL);
  g_return_if_fail (format != NULL);

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);

  converted = to_locale (text);
  write_out (self, converted);
}

/**
 * bh_cli_output_print_raw:
 * @self: an output
 * @text: text for programs
 *
 * Prints text in UTF-8, whatever the locale.
 */
void
bh_cli_output_print_raw (BhCliOutput *self, const char *text)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (text != NULL);

  write_out (self, text);
}

static void
print_json (BhCliOutput *self, JsonBuilder *builder, gboolean indented)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *text = json_to_string (root, indented);
  g_autofree char *line = g_strconcat (text, "\n", NULL);

  write_out (self, line);
}

/**
 * bh_cli_output_print_json:
 * @self: an output
 * @builder: what to print
 *
 * Prints what was built, indented, in UTF-8.
 */
void
bh_cli_output_print_json (BhCliOutput *self, JsonBuilder *builder)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (JSON_IS_BUILDER (builder));

  print_json (self, builder, TRUE);
}

/**
 * bh_cli_output_print_json_line:
 * @self: an output
 * @builder: what to print
 *
 * Prints what was built on a line of its own, in UTF-8. What reads lines can take each for itself.
 */
void
bh_cli_output_print_json_line (BhCliOutput *self, JsonBuilder *builder)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (JSON_IS_BUILDER (builder));

  print_json (self, builder, FALSE);
}

/**
 * bh_cli_output_is_broken:
 * @self: an output
 *
 * Returns: whether writing more is of no use
 */
gboolean
bh_cli_output_is_broken (BhCliOutput *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return self->broken || self->write_error != 0;
}

/**
 * bh_cli_output_break:
 * @self: an output
 *
 * Says that nobody reads any more, and that this is no error: the command would have gone on
 * for ever.
 */
void
bh_cli_output_break (BhCliOutput *self)
{
  g_return_if_fail (self != NULL);

  self->broken = TRUE;
}

/**
 * bh_cli_output_complain:
 * @self: an output
 * @format: a printf() format, without "bulkheadctl:" and without an end of line
 * @...: its arguments
 *
 * Says what is wrong, where complaints go. The text is cleaned as bh_cli_text_clean() does.
 */
void
bh_cli_output_complain (BhCliOutput *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *clean = NULL;
  g_autofree char *converted = NULL;
  va_list args;

  g_return_if_fail (self != NULL);
  g_return_if_fail (format != NULL);

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);

  clean = bh_cli_text_clean (text);
  converted = to_locale (clean);
  fprintf (self->err, "bulkheadctl: %s\n", converted);
  fflush (self->err);
}

/**
 * bh_cli_output_fail:
 * @self: an output
 * @id: (nullable): the app that the command was about, as typed
 * @error: why the command could not be done
 *
 * Complains, and in JSON mode also prints an object with the members "error" and, when there is
 * an @id, "id", so that what a program reads is valid JSON and can't be taken for an empty list.
 */
void
bh_cli_output_fail (BhCliOutput *self, const char *id, const GError *error)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (error != NULL);

  bh_cli_output_complain (self, "%s", error->message);
  if (self->json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      if (id != NULL)
        {
          json_builder_set_member_name (builder, "id");
          json_builder_add_string_value (builder, id);
        }
      json_builder_set_member_name (builder, "error");
      json_builder_add_string_value (builder, error->message);
      json_builder_end_object (builder);
      bh_cli_output_print_json (self, builder);
    }
}

/**
 * bh_cli_output_finish:
 * @self: an output
 *
 * Complains when something could not be written.
 *
 * Returns: whether everything was written
 */
gboolean
bh_cli_output_finish (BhCliOutput *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  errno = 0;
  if (self->write_error == 0 && fflush (self->out) != 0)
    self->write_error = errno != 0 ? errno : EIO;
  if (self->write_error == 0 || (self->broken && self->write_error == EPIPE))
    return TRUE;

  bh_cli_output_complain (self, _("the output could not be written: %s"),
                          g_strerror (self->write_error));

  return FALSE;
}
