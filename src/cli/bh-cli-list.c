/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-list.h"

#include "bh-cli-command.h"
#include "bh-cli-connection.h"
#include "bh-cli-dict.h"
#include "bh-cli-table.h"
#include "bh-cli-text.h"

#include "bh-error.h"
#include "bh-state.h"
#include "bh-units.h"

#include <glib/gi18n.h>

/*
 * What is installed: `list`.
 */

#define MAX_NAME_WIDTH 40

/**
 * bh_cli_list_get_state_label:
 * @app: the properties of App1
 *
 * Returns: (transfer none): the app's state, for people
 */
const char *
bh_cli_list_get_state_label (GVariant *app)
{
  const char *name = bh_cli_dict_get_string (app, "State");
  BhState state;

  if (*bh_cli_dict_get_string (app, "Broken") != '\0')
    return _("Broken");

  return bh_state_from_string (name, &state) ? bh_state_get_label (state) : name;
}

/**
 * bh_cli_list_get_source_label:
 * @app: the properties of App1
 *
 * Returns: (transfer none): who installed the app, for people
 */
const char *
bh_cli_list_get_source_label (GVariant *app)
{
  const char *source = bh_cli_dict_get_string (app, "Source");

  if (g_str_equal (source, "managed"))
    return _("Administrator");
  if (g_str_equal (source, "user"))
    return _("User");
  if (g_str_equal (source, "system"))
    return _("System");

  return source;
}

static gboolean
has_instance (GVariant *app)
{
  guint64 pid;

  /* After a crash, or when it gave up, there may or may not be a runner left. */
  if (bh_cli_dict_get_count (app, "Pid", &pid) && pid != 0)
    return TRUE;

  return !g_str_equal (bh_cli_dict_get_string (app, "State"), bh_state_to_string (BH_STATE_STOPPED))
         && !g_str_equal (bh_cli_dict_get_string (app, "State"),
                          bh_state_to_string (BH_STATE_CRASHED))
         && !g_str_equal (bh_cli_dict_get_string (app, "State"),
                          bh_state_to_string (BH_STATE_FAILED));
}

/**
 * bh_cli_list_add_members:
 * @builder: where to build
 * @app: the properties of App1
 *
 * Adds what `list` and `info` both say.
 */
void
bh_cli_list_add_members (JsonBuilder *builder, GVariant *app)
{
  g_autofree const char **warnings = NULL;

  bh_cli_json_copy_string (builder, "id", app, "Id");
  bh_cli_json_copy_string (builder, "name", app, "Name");
  bh_cli_json_copy_string (builder, "description", app, "Description");
  bh_cli_json_copy_string (builder, "state", app, "State");
  bh_cli_json_copy_string (builder, "source", app, "Source");
  bh_cli_json_copy_string (builder, "icon", app, "Icon");
  bh_cli_json_copy_string (builder, "url", app, "Url");
  bh_cli_json_copy_string (builder, "manifest", app, "ManifestPath");
  bh_cli_json_copy_text (builder, "broken", app, "Broken");
  g_variant_lookup (app, "Warnings", "^a&s", &warnings);
  bh_cli_json_add_strings (builder, "warnings", warnings);
}

static void
print_list_json (BhCliOutput *output, GPtrArray *apps)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint i = 0; i < apps->len; i++)
    {
      json_builder_begin_object (builder);
      bh_cli_list_add_members (builder, g_ptr_array_index (apps, i));
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  bh_cli_output_print_json (output, builder);
}

static void
print_list_table (BhCliOutput *output, GPtrArray *apps)
{
  g_autoptr (BhCliTable) table = bh_cli_table_new ();
  g_autofree char *text = NULL;

  bh_cli_table_add_column (table, _("Name"), BH_CLI_ALIGN_START);
  bh_cli_table_add_column (table, _("ID"), BH_CLI_ALIGN_START);
  bh_cli_table_add_column (table, _("State"), BH_CLI_ALIGN_START);
  bh_cli_table_add_column (table, _("Installed by"), BH_CLI_ALIGN_START);
  for (guint i = 0; i < apps->len; i++)
    {
      GVariant *app = g_ptr_array_index (apps, i);
      g_autofree char *name = bh_cli_text_clean (bh_cli_dict_get_string (app, "Name"));
      g_autofree char *shown = bh_cli_text_shorten (name, MAX_NAME_WIDTH);
      const char *cells[] = {
        *shown != '\0' ? shown : BH_CLI_UNKNOWN,
        bh_cli_dict_get_string (app, "Id"),
        bh_cli_list_get_state_label (app),
        bh_cli_list_get_source_label (app),
        NULL,
      };

      bh_cli_table_add_row (table, cells);
    }
  text = bh_cli_table_to_string (table);
  bh_cli_output_print (output, "%s", text);

  /* Why something is broken would not fit into a column. */
  for (guint i = 0; i < apps->len; i++)
    {
      GVariant *app = g_ptr_array_index (apps, i);
      const char *broken = bh_cli_dict_get_string (app, "Broken");
      g_autofree char *id = bh_cli_text_clean (bh_cli_dict_get_string (app, "Id"));
      g_autofree char *reason = bh_cli_text_clean (broken);

      if (*broken != '\0')
        /* Translators: an app's id and what is wrong with its manifest. */
        bh_cli_output_print (output, _("%s is broken: %s\n"), id, reason);
    }
}

/* An id a line and nothing else, for the shell's completion. What does not fit on a line can't
 * be completed. */
static void
print_ids (BhCliOutput *output, GPtrArray *apps)
{
  for (guint i = 0; i < apps->len; i++)
    {
      const char *id = bh_cli_dict_get_string (g_ptr_array_index (apps, i), "Id");
      g_autofree char *clean = bh_cli_text_clean (id);

      if (*id != '\0' && g_str_equal (id, clean))
        bh_cli_output_print (output, "%s\n", id);
    }
}

/**
 * bh_cli_list:
 * @command: the command
 * @output: where its words go
 * @argv: (array zero-terminated=1): its command line
 *
 * Lists the installed apps.
 *
 * Returns: the exit code
 */
BhCliExit
bh_cli_list (const BhCliCommand *command, BhCliOutput *output, char **argv)
{
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GPtrArray) apps = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) arguments = NULL;
  gboolean ids = FALSE;
  gboolean running = FALSE;
  BhCliExit exit_code;
  const GOptionEntry entries[] = {
    { "ids", 0, 0, G_OPTION_ARG_NONE, &ids, N_("Print only the IDs, one a line"), NULL },
    { "running", 0, 0, G_OPTION_ARG_NONE, &running, N_("Leave out apps that are not running"),
      NULL },
    G_OPTION_ENTRY_NULL,
  };

  if (!bh_cli_command_parse (command, output, entries, argv, &arguments, &exit_code))
    return exit_code;
  if (ids && bh_cli_output_get_json (output))
    {
      bh_cli_command_misuse (command, output, _("--ids and --json can't be had together"));
      return BH_CLI_USAGE;
    }

  bus = bh_cli_connection_open (&error);
  if (bus != NULL)
    apps = bh_cli_connection_list_apps (bus, &error);
  if (apps == NULL)
    {
      bh_cli_output_fail (output, NULL, error);
      return BH_CLI_FAILED;
    }

  for (guint i = apps->len; running && i > 0; i--)
    if (!has_instance (g_ptr_array_index (apps, i - 1)))
      g_ptr_array_remove_index (apps, i - 1);

  if (bh_cli_output_get_json (output))
    print_list_json (output, apps);
  else if (ids)
    print_ids (output, apps);
  else if (apps->len > 0)
    print_list_table (output, apps);
  else if (running)
    bh_cli_output_print (output, _("No app is running.\n"));
  else
    bh_cli_output_print (output,
                         _("No app is installed. An app is a directory with a manifest in "
                           "%s/bulkhead/apps.\n"),
                         g_get_user_data_dir ());

  return BH_CLI_DONE;
}
