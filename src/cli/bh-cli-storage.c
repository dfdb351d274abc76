/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-command.h"
#include "bh-cli-connection.h"
#include "bh-cli-dict.h"
#include "bh-cli-table.h"
#include "bh-cli-text.h"

#include "bh-text.h"
#include "bh-units.h"

#include <glib/gi18n.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * What an app has on the disk: `storage` shows it, `clear` removes it. Nothing is removed that
 * nobody has confirmed: at a terminal the user is asked, elsewhere the command line must say so.
 */

typedef struct
{
  const char *name;
  const char *path_key;
  const char *path_member;
  const char *meaning;
} Kind;

static const Kind kinds[] = {
  { "data", "data-path", "dataPath", N_("What its pages keep: cookies, databases, log-ins") },
  { "cache", "cache-path", "cachePath", N_("What can be fetched again") },
  { "state", "state-path", "statePath", N_("Its windows, their history, and its permissions") },
};

static void
print_storage_table (BhCliOutput *output, GVariant *storage)
{
  g_autoptr (BhCliTable) table = bh_cli_table_new ();
  g_autofree char *text = NULL;

  bh_cli_table_add_column (table, _("Kind"), BH_CLI_ALIGN_START);
  bh_cli_table_add_column (table, _("Size"), BH_CLI_ALIGN_END);
  bh_cli_table_add_column (table, _("Where"), BH_CLI_ALIGN_START);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *size = NULL;
      guint64 bytes;

      if (bh_cli_dict_get_count (storage, kinds[i].name, &bytes))
        size = bh_units_format_size (bytes);
      {
        const char *cells[] = {
          kinds[i].name,
          size != NULL ? size : BH_CLI_UNKNOWN,
          bh_cli_dict_get_string (storage, kinds[i].path_key),
          NULL,
        };

        bh_cli_table_add_row (table, cells);
      }
    }
  text = bh_cli_table_to_string (table);
  bh_cli_output_print (output, "%s", text);
}

static void
print_storage_json (BhCliOutput *output, const char *id, GVariant *storage)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  bh_cli_json_add_string (builder, "id", id);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      bh_cli_json_copy_count (builder, kinds[i].name, storage, kinds[i].name);
      bh_cli_json_copy_text (builder, kinds[i].path_member, storage, kinds[i].path_key);
    }
  json_builder_end_object (builder);
  bh_cli_output_print_json (output, builder);
}

/**
 * bh_cli_storage:
 * @command: the command
 * @output: where its words go
 * @argv: (array zero-terminated=1): its command line
 *
 * Shows what an app has on the disk.
 *
 * Returns: the exit code
 */
BhCliExit
bh_cli_storage (const BhCliCommand *command, BhCliOutput *output, char **argv)
{
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) storage = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) arguments = NULL;
  BhCliExit exit_code;

  if (!bh_cli_command_parse (command, output, NULL, argv, &arguments, &exit_code))
    return exit_code;
  if (!bh_cli_command_take_texts (command, output, arguments))
    return BH_CLI_USAGE;

  bus = bh_cli_connection_open (&error);
  if (bus != NULL)
    /* A profile of many thousand files takes a while to count. */
    reply = bh_cli_connection_ask_app (bus, arguments[0], "GetStorage", NULL, "(a{sv})",
                                       BH_CLI_ACTION_TIMEOUT, &error);
  if (reply == NULL)
    return bh_cli_command_fail (output, arguments[0], error);

  storage = g_variant_get_child_value (reply, 0);
  if (bh_cli_output_get_json (output))
    print_storage_json (output, arguments[0], storage);
  else
    print_storage_table (output, storage);

  return BH_CLI_DONE;
}

static gboolean
check_kinds (const BhCliCommand *command, BhCliOutput *output, char **names)
{
  const char *known[G_N_ELEMENTS (kinds)];

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    known[i] = kinds[i].name;
  for (; *names != NULL; names++)
    {
      g_autofree char *quoted = NULL;
      g_autofree char *message = NULL;
      const char *similar;

      if (g_strv_contains ((const char *[]){ "data", "cache", "state", NULL }, *names))
        continue;
      quoted = bh_text_quote (*names);
      similar = bh_text_suggest (*names, known, G_N_ELEMENTS (known));
      if (similar != NULL)
        message = g_strdup_printf (_("there is nothing called %s to clear; did you mean “%s”?"),
                                   quoted, similar);
      else
        message = g_strdup_printf (_("%s is none of “data”, “cache” and “state”"), quoted);
      bh_cli_command_misuse (command, output, message);
      return FALSE;
    }

  return TRUE;
}

/* Reads a line of the standard input and takes it for an answer. */
static gboolean
read_yes (void)
{
  char line[64];

  if (fgets (line, sizeof line, stdin) == NULL)
    return FALSE;
  g_strstrip (line);
  /* Translators: what the user types for “yes”, in lower case; “y” and “yes” always do. */
  return g_ascii_strcasecmp (line, "y") == 0 || g_ascii_strcasecmp (line, "yes") == 0
         || strcmp (line, _("yes")) == 0;
}

static gboolean
confirm (BhCliOutput *output, GVariant *app, char **names)
{
  g_autofree char *name = bh_cli_text_clean (bh_cli_dict_get_string (app, "Name"));
  guint64 pid;

  bh_cli_output_print (output, _("This removes of %s for good:\n"), name);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strv_contains ((const char *const *) names, kinds[i].name))
      bh_cli_output_print (output, "  %-6s %s\n", kinds[i].name, _(kinds[i].meaning));
  if (bh_cli_dict_get_count (app, "Pid", &pid) && pid != 0)
    bh_cli_output_print (output, _("It runs, and is stopped first.\n"));
  /* Translators: a question at the end of which the user types “y” or nothing. */
  bh_cli_output_print (output, _("Go on? [y/N] "));

  return read_yes ();
}

static gboolean
clear_data (GDBusConnection *bus, const char *id, char **names, GError **error)
{
  g_autoptr (GVariant) reply = NULL;

  reply = bh_cli_connection_ask_app (bus, id, "ClearData",
                                     g_variant_new ("(^as)", (const char *const *) names), "()",
                                     BH_CLI_ACTION_TIMEOUT, error);

  return reply != NULL;
}

/**
 * bh_cli_clear:
 * @command: the command
 * @output: where its words go
 * @argv: (array zero-terminated=1): its command line
 *
 * Removes what an app has on the disk, once that is confirmed.
 *
 * Returns: the exit code
 */
BhCliExit
bh_cli_clear (const BhCliCommand *command, BhCliOutput *output, char **argv)
{
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GVariant) app = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) arguments = NULL;
  g_autofree char *id = NULL;
  gboolean yes = FALSE;
  BhCliExit exit_code;
  const GOptionEntry entries[] = {
    { "yes", 'y', 0, G_OPTION_ARG_NONE, &yes, N_("Do not ask"), NULL },
    G_OPTION_ENTRY_NULL,
  };

  if (!bh_cli_command_parse (command, output, entries, argv, &arguments, &exit_code))
    return exit_code;
  if (!bh_cli_command_take_texts (command, output, arguments)
      || !check_kinds (command, output, arguments + 1))
    return BH_CLI_USAGE;
  if (!yes && (!isatty (STDIN_FILENO) || bh_cli_output_get_json (output)))
    {
      bh_cli_command_misuse (command, output,
                             _("nobody can be asked here: say --yes when you are sure"));
      return BH_CLI_USAGE;
    }

  bus = bh_cli_connection_open (&error);
  if (bus != NULL)
    app = bh_cli_connection_find_app (bus, arguments[0], &error);
  if (app == NULL)
    return bh_cli_command_fail (output, arguments[0], error);
  if (!yes && !confirm (output, app, arguments + 1))
    {
      bh_cli_output_complain (output, _("nothing was removed"));
      return BH_CLI_FAILED;
    }
  if (!clear_data (bus, arguments[0], arguments + 1, &error))
    return bh_cli_command_fail (output, arguments[0], error);

  id = bh_cli_text_clean (bh_cli_dict_get_string (app, "Id"));
  if (bh_cli_output_get_json (output))
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      bh_cli_json_copy_string (builder, "id", app, "Id");
      bh_cli_json_add_strings (builder, "cleared", (const char *const *) arguments + 1);
      json_builder_end_object (builder);
      bh_cli_output_print_json (output, builder);
    }
  else
    {
      g_autofree char *list = g_strjoinv (", ", arguments + 1);

      /* Translators: an app's id, and which of its files: “data, cache”. */
      bh_cli_output_print (output, _("%s: removed %s\n"), id, list);
    }

  return BH_CLI_DONE;
}
