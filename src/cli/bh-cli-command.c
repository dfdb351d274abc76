/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-command.h"

#include "bh-error.h"

#include <glib/gi18n.h>

/*
 * What the command lines of all commands have in common: `--json` and `--help`, how many
 * arguments there may be, and how a mistake is explained. GLib's own `--help` is not used: it
 * exits by itself and does not notice that nobody could read it.
 */

static char *
dup_help (GOptionContext *context, const BhCliCommand *self)
{
  g_autofree char *program = g_strdup (g_get_prgname ());
  g_autofree char *with_command = g_strdup_printf ("%s %s", program, self->name);
  char *help;

  g_set_prgname (with_command);
  help = g_option_context_get_help (context, TRUE, NULL);
  g_set_prgname (program);

  return help;
}

/**
 * bh_cli_command_misuse:
 * @self: a command
 * @output: where complaints go
 * @message: what is wrong with its command line
 *
 * Complains and says where help is.
 */
void
bh_cli_command_misuse (const BhCliCommand *self, BhCliOutput *output, const char *message)
{
  g_return_if_fail (self != NULL && output != NULL && message != NULL);

  /* Translators: the name of a command, what is wrong with it, the name again. */
  bh_cli_output_complain (output, _("%s: %s; “bulkheadctl help %s” explains it"), self->name,
                          message, self->name);
}

/**
 * bh_cli_command_fail:
 * @output: where complaints go
 * @id: (nullable): the app that the command was about, as typed
 * @error: why the command could not be done
 *
 * Complains as bh_cli_output_fail() does.
 *
 * Returns: the exit code for that error
 */
BhCliExit
bh_cli_command_fail (BhCliOutput *output, const char *id, const GError *error)
{
  g_return_val_if_fail (output != NULL && error != NULL, BH_CLI_FAILED);

  bh_cli_output_fail (output, id, error);

  return g_error_matches (error, BH_ERROR, BH_ERROR_NO_SUCH_APP) ? BH_CLI_NO_SUCH_APP
                                                                 : BH_CLI_FAILED;
}

/**
 * bh_cli_command_take_texts:
 * @self: a command
 * @output: where complaints go
 * @texts: (array zero-terminated=1): arguments as the system gave them
 *
 * Makes arguments UTF-8, as bh_cli_command_take_text() does.
 *
 * Returns: %FALSE after a complaint when one can't be
 */
gboolean
bh_cli_command_take_texts (const BhCliCommand *self, BhCliOutput *output, char **texts)
{
  for (; *texts != NULL; texts++)
    if (!bh_cli_command_take_text (self, output, texts))
      return FALSE;

  return TRUE;
}

/**
 * bh_cli_command_take_text:
 * @self: a command
 * @output: where complaints go
 * @text: (inout): an argument as the system gave it
 *
 * Makes an argument UTF-8. One that already is stays as it is, even where the locale is C.
 *
 * Returns: %FALSE after a complaint when it can't be
 */
gboolean
bh_cli_command_take_text (const BhCliCommand *self, BhCliOutput *output, char **text)
{
  g_autofree char *converted = NULL;
  g_autofree char *message = NULL;
  g_autofree char *shown = NULL;

  g_return_val_if_fail (self != NULL && output != NULL, FALSE);
  g_return_val_if_fail (text != NULL && *text != NULL, FALSE);

  if (g_utf8_validate (*text, -1, NULL))
    return TRUE;

  converted = g_locale_to_utf8 (*text, -1, NULL, NULL, NULL);
  if (converted != NULL)
    {
      g_free (*text);
      *text = g_steal_pointer (&converted);
      return TRUE;
    }

  shown = g_utf8_make_valid (*text, -1);
  message = g_strdup_printf (_("“%s” is not text"), shown);
  bh_cli_command_misuse (self, output, message);

  return FALSE;
}

/**
 * bh_cli_command_parse:
 * @self: a command
 * @output: where help and complaints go; is told of `--json`
 * @entries: (nullable) (array zero-terminated=1): the command's own options
 * @argv: (array zero-terminated=1): the command's name and what follows
 * @arguments: (out) (transfer full): what is no option, as the system gave it
 * @exit_code: (out): the exit code when there is nothing more to do
 *
 * Reads the command line.
 *
 * Returns: whether to go on
 */
gboolean
bh_cli_command_parse (const BhCliCommand *self,
                      BhCliOutput *output,
                      const GOptionEntry *entries,
                      char **argv,
                      char ***arguments,
                      BhCliExit *exit_code)
{
  g_autoptr (GOptionContext) context = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) rest = g_strdupv (argv);
  g_auto (GStrv) found = NULL;
  g_autofree char *message = NULL;
  gboolean help = FALSE;
  gboolean json = FALSE;
  guint n;
  const GOptionEntry common[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("Print JSON, for programs"), NULL },
    { "help", 'h', 0, G_OPTION_ARG_NONE, &help, N_("Explain this command"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &found, NULL, NULL },
    G_OPTION_ENTRY_NULL,
  };

  g_return_val_if_fail (self != NULL && output != NULL && argv != NULL, FALSE);
  g_return_val_if_fail (arguments != NULL && exit_code != NULL, FALSE);

  context = g_option_context_new (*self->arguments != '\0' ? _(self->arguments) : NULL);
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_summary (context, _(self->summary));
  if (self->description != NULL)
    g_option_context_set_description (context, _(self->description));
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, common, GETTEXT_PACKAGE);

  *exit_code = BH_CLI_USAGE;
  if (!g_option_context_parse_strv (context, &rest, &error))
    {
      bh_cli_command_misuse (self, output, error->message);
      return FALSE;
    }
  if (help)
    {
      g_autofree char *text = dup_help (context, self);

      bh_cli_output_print (output, "%s", text);
      *exit_code = BH_CLI_DONE;
      return FALSE;
    }

  n = found != NULL ? g_strv_length (found) : 0;
  if (n < self->min_arguments)
    message = g_strdup_printf (_("it needs %s"), _(self->arguments));
  else if (n > self->max_arguments)
    {
      g_autofree char *shown = g_utf8_make_valid (found[self->max_arguments], -1);

      message = g_strdup_printf (_("“%s” is one argument too many"), shown);
    }
  if (message != NULL)
    {
      bh_cli_command_misuse (self, output, message);
      return FALSE;
    }

  bh_cli_output_set_json (output, json);
  *arguments = found != NULL ? g_steal_pointer (&found) : g_new0 (char *, 1);
  *exit_code = BH_CLI_DONE;

  return TRUE;
}
