/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-command.h"
#include "bh-cli-connection.h"
#include "bh-cli-dict.h"
#include "bh-cli-table.h"

#include "bh-text.h"

#include <glib/gi18n.h>

#include <string.h>

/*
 * What the user has answered to an app's requests: `permissions`. Origins and kinds are the
 * service's to judge; here only the form of what is typed is looked at.
 */

#define ANSWERS_TYPE "(a(sss))"

static const char *
get_answer_label (const char *answer)
{
  if (g_str_equal (answer, "allow"))
    return C_("permission", "allowed");
  if (g_str_equal (answer, "deny"))
    return C_("permission", "denied");

  return answer;
}

static void
print_table (BhCliOutput *output, GVariant *permissions)
{
  g_autoptr (BhCliTable) table = bh_cli_table_new ();
  g_autofree char *text = NULL;
  GVariantIter iter;
  const char *origin, *kind, *answer;

  if (g_variant_n_children (permissions) == 0)
    {
      bh_cli_output_print (output, _("Nothing has been allowed or denied to it.\n"));
      return;
    }

  bh_cli_table_add_column (table, _("Origin"), BH_CLI_ALIGN_START);
  bh_cli_table_add_column (table, _("Kind"), BH_CLI_ALIGN_START);
  bh_cli_table_add_column (table, _("Answer"), BH_CLI_ALIGN_START);
  g_variant_iter_init (&iter, permissions);
  while (g_variant_iter_loop (&iter, "(&s&s&s)", &origin, &kind, &answer))
    {
      const char *cells[] = { origin, kind, get_answer_label (answer), NULL };

      bh_cli_table_add_row (table, cells);
    }
  text = bh_cli_table_to_string (table);
  bh_cli_output_print (output, "%s", text);
}

static void
print_json (BhCliOutput *output, GVariant *permissions)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  GVariantIter iter;
  const char *origin, *kind, *answer;

  json_builder_begin_array (builder);
  g_variant_iter_init (&iter, permissions);
  while (g_variant_iter_loop (&iter, "(&s&s&s)", &origin, &kind, &answer))
    {
      json_builder_begin_object (builder);
      bh_cli_json_add_string (builder, "origin", origin);
      bh_cli_json_add_string (builder, "kind", kind);
      bh_cli_json_add_string (builder, "answer", answer);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  bh_cli_output_print_json (output, builder);
}

/* What is wrong with KIND=ANSWER, or NULL. */
static char *
check_assignment (const char *assignment)
{
  const char *equals = strchr (assignment, '=');
  g_autofree char *quoted = NULL;

  if (equals == NULL || equals == assignment)
    {
      quoted = bh_text_quote (assignment);
      return g_strdup_printf (_("%s is no KIND=ANSWER, such as “camera=deny”"), quoted);
    }
  if (g_str_equal (equals + 1, "allow") || g_str_equal (equals + 1, "deny")
      || g_str_equal (equals + 1, "ask"))
    return NULL;
  quoted = bh_text_quote (equals + 1);

  return g_strdup_printf (_("%s is none of “allow”, “deny” and “ask”"), quoted);
}

static gboolean
check_arguments (const BhCliCommand *command, BhCliOutput *output, char **arguments)
{
  g_autofree char *message = NULL;

  if (arguments[1] != NULL && arguments[2] == NULL)
    message = g_strdup (_("behind the origin it needs KIND=ANSWER"));
  for (guint i = 2; arguments[1] != NULL && message == NULL && arguments[i] != NULL; i++)
    message = check_assignment (arguments[i]);
  if (message == NULL)
    return TRUE;
  bh_cli_command_misuse (command, output, message);

  return FALSE;
}

static gboolean
set_permissions (GDBusConnection *bus, char **arguments, GError **error)
{
  for (guint i = 2; arguments[1] != NULL && arguments[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (arguments[i], "=", 2);

      if (!bh_cli_connection_call_app (bus, arguments[0], "SetPermission",
                                       g_variant_new ("(sss)", arguments[1], parts[0], parts[1]),
                                       error))
        return FALSE;
    }

  return TRUE;
}

/**
 * bh_cli_permissions:
 * @command: the command
 * @output: where its words go
 * @argv: (array zero-terminated=1): its command line
 *
 * Shows and changes what an app's pages are allowed.
 *
 * Returns: the exit code
 */
BhCliExit
bh_cli_permissions (const BhCliCommand *command, BhCliOutput *output, char **argv)
{
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) permissions = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) arguments = NULL;
  BhCliExit exit_code;

  if (!bh_cli_command_parse (command, output, NULL, argv, &arguments, &exit_code))
    return exit_code;
  if (!bh_cli_command_take_texts (command, output, arguments)
      || !check_arguments (command, output, arguments))
    return BH_CLI_USAGE;

  bus = bh_cli_connection_open (&error);
  if (bus != NULL && set_permissions (bus, arguments, &error))
    reply = bh_cli_connection_ask_app (bus, arguments[0], "GetPermissions", NULL, ANSWERS_TYPE,
                                       BH_CLI_QUERY_TIMEOUT, &error);
  if (reply == NULL)
    return bh_cli_command_fail (output, arguments[0], error);

  permissions = g_variant_get_child_value (reply, 0);
  if (bh_cli_output_get_json (output))
    print_json (output, permissions);
  else
    print_table (output, permissions);

  return BH_CLI_DONE;
}
