/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-limits.h"

#include "bh-cli-command.h"
#include "bh-cli-connection.h"
#include "bh-cli-dict.h"
#include "bh-cli-table.h"
#include "bh-cli-text.h"

#include "bh-error.h"
#include "bh-limit-layers.h"
#include "bh-limit-text.h"

#include <glib/gi18n.h>

/*
 * What an app may use: `limits`, and how limits are printed by the other commands. A limit is never
 * shown without who holds the running app to it, nobody included.
 */

/* The names of the limits in JSON, by their place in BhLimitKinds. */
static const char *const members[BH_N_LIMITS] = {
  "memory", "memoryHigh", "cpu", "cpuTime", "tasks",
};

static const char *
get_name (guint index)
{
  return bh_limit_get_name ((BhLimitKinds) (1 << index));
}

static void
add_time (JsonBuilder *builder, const char *member, guint64 microseconds)
{
  json_builder_set_member_name (builder, member);
  /* Most are whole seconds, and readers like those better. */
  if (microseconds % G_USEC_PER_SEC == 0)
    json_builder_add_int_value (builder, (gint64) (microseconds / G_USEC_PER_SEC));
  else
    json_builder_add_double_value (builder, (double) microseconds / G_USEC_PER_SEC);
}

/**
 * bh_cli_limits_copy_time:
 * @builder: where to build
 * @member: the member's name
 * @dict: an `a{sv}`
 * @key: the key of a number of microseconds
 *
 * Adds the number in seconds, or null when there is none.
 */
void
bh_cli_limits_copy_time (JsonBuilder *builder, const char *member, GVariant *dict, const char *key)
{
  guint64 microseconds;

  g_return_if_fail (JSON_IS_BUILDER (builder) && member != NULL);

  if (bh_cli_dict_get_count (dict, key, &microseconds))
    add_time (builder, member, microseconds);
  else
    bh_cli_json_add_null (builder, member);
}

/**
 * bh_cli_limits_add_json:
 * @builder: where to build
 * @member: the member's name
 * @limits: (nullable): an `a{sv}` as App1.Limits, or %NULL when nothing is known of limits
 *
 * Adds an object with every limit: bytes, per cent of one core, seconds and threads, null where
 * there is no limit.
 */
void
bh_cli_limits_add_json (JsonBuilder *builder, const char *member, GVariant *limits)
{
  g_return_if_fail (JSON_IS_BUILDER (builder) && member != NULL);

  json_builder_set_member_name (builder, member);
  if (limits == NULL)
    {
      json_builder_add_null_value (builder);
      return;
    }
  json_builder_begin_object (builder);
  for (guint i = 0; i < BH_N_LIMITS; i++)
    if ((1u << i) == BH_LIMIT_CPU_TIME)
      bh_cli_limits_copy_time (builder, members[i], limits, get_name (i));
    else
      bh_cli_json_copy_count (builder, members[i], limits, get_name (i));
  json_builder_end_object (builder);
}

/**
 * bh_cli_limits_add_names_json:
 * @builder: where to build
 * @member: the member's name
 * @names: (nullable): an `a{ss}` as App1.LimitsFrom and App1.LimitsHeldBy
 *
 * Adds an object with a member for every limit, null where @names says nothing of it.
 */
void
bh_cli_limits_add_names_json (JsonBuilder *builder, const char *member, GVariant *names)
{
  g_return_if_fail (JSON_IS_BUILDER (builder) && member != NULL);

  json_builder_set_member_name (builder, member);
  if (names == NULL)
    {
      json_builder_add_null_value (builder);
      return;
    }
  json_builder_begin_object (builder);
  for (guint i = 0; i < BH_N_LIMITS; i++)
    {
      const char *value = NULL;

      g_variant_lookup (names, get_name (i), "&s", &value);
      bh_cli_json_add_string (builder, members[i], value);
    }
  json_builder_end_object (builder);
}

/**
 * bh_cli_limits_get_origin_label:
 * @origin: a value of App1.LimitsFrom
 *
 * Returns: (transfer none): the same for people
 */
const char *
bh_cli_limits_get_origin_label (const char *origin)
{
  BhLimitOrigin value;

  g_return_val_if_fail (origin != NULL, NULL);

  if (!bh_limit_origin_from_string (origin, &value))
    return origin;
  switch (value)
    {
    case BH_LIMIT_ORIGIN_DEFAULT:
      return C_("limit", "default for all apps");
    case BH_LIMIT_ORIGIN_MANIFEST:
      return C_("limit", "manifest");
    case BH_LIMIT_ORIGIN_MANAGED:
      return C_("limit", "managed by the administrator");
    case BH_LIMIT_ORIGIN_SET:
      return C_("limit", "set by you");
    case BH_LIMIT_ORIGIN_NONE:
    default:
      return BH_CLI_UNKNOWN;
    }
}

/**
 * bh_cli_limits_get_holder_label:
 * @holder: (nullable): a value of App1.LimitsHeldBy, %NULL when it says nothing of a limit
 * @running: whether the app runs
 *
 * Returns: (transfer none): the same for people
 */
const char *
bh_cli_limits_get_holder_label (const char *holder, gboolean running)
{
  if (g_strcmp0 (holder, "kernel") == 0)
    return C_("limit held", "by kernel");
  if (g_strcmp0 (holder, "supervisor") == 0)
    return C_("limit held", "by supervisor");
  if (holder != NULL)
    return holder;

  return running ? C_("limit held", "by nobody") : C_("limit held", "not running");
}

/**
 * bh_cli_limits_dup_table:
 * @app: the properties of App1, as an `a{sv}`
 *
 * Returns: (transfer full): a table of all limits, with where they come from and who holds them
 */
char *
bh_cli_limits_dup_table (GVariant *app)
{
  g_autoptr (BhCliTable) table = bh_cli_table_new ();
  g_autoptr (GVariant) limits = NULL;
  g_autoptr (GVariant) from = NULL;
  g_autoptr (GVariant) held = NULL;
  guint64 pid;
  gboolean running;

  g_return_val_if_fail (app != NULL, NULL);

  limits = g_variant_lookup_value (app, "Limits", G_VARIANT_TYPE_VARDICT);
  from = g_variant_lookup_value (app, "LimitsFrom", G_VARIANT_TYPE ("a{ss}"));
  held = g_variant_lookup_value (app, "LimitsHeldBy", G_VARIANT_TYPE ("a{ss}"));
  running = bh_cli_dict_get_count (app, "Pid", &pid) && pid != 0;

  bh_cli_table_add_column (table, _("Limit"), BH_CLI_ALIGN_START);
  bh_cli_table_add_column (table, _("Value"), BH_CLI_ALIGN_END);
  bh_cli_table_add_column (table, _("From"), BH_CLI_ALIGN_START);
  bh_cli_table_add_column (table, _("Held"), BH_CLI_ALIGN_START);
  for (guint i = 0; i < BH_N_LIMITS; i++)
    {
      const char *name = get_name (i);
      const char *origin = NULL;
      const char *holder = NULL;
      g_autofree char *text = NULL;
      gboolean limited;
      guint64 value;

      limited = limits != NULL && bh_cli_dict_get_count (limits, name, &value);
      if (limited)
        text = bh_limit_format ((BhLimitKinds) (1 << i), value);
      if (from != NULL)
        g_variant_lookup (from, name, "&s", &origin);
      if (held != NULL)
        g_variant_lookup (held, name, "&s", &holder);
      {
        const char *cells[] = {
          name,
          limited ? text : C_("limit", "none"),
          origin != NULL ? bh_cli_limits_get_origin_label (origin) : BH_CLI_UNKNOWN,
          limited ? bh_cli_limits_get_holder_label (holder, running) : BH_CLI_UNKNOWN,
          NULL,
        };

        bh_cli_table_add_row (table, cells);
      }
    }

  return bh_cli_table_to_string (table);
}

static void
print_json (BhCliOutput *output, GVariant *app)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GVariant) limits = g_variant_lookup_value (app, "Limits", G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) from = g_variant_lookup_value (app, "LimitsFrom", G_VARIANT_TYPE ("a{ss}"));
  g_autoptr (GVariant) held
      = g_variant_lookup_value (app, "LimitsHeldBy", G_VARIANT_TYPE ("a{ss}"));
  gboolean pressed = FALSE;

  g_variant_lookup (app, "Pressed", "b", &pressed);
  json_builder_begin_object (builder);
  bh_cli_json_copy_string (builder, "id", app, "Id");
  bh_cli_limits_add_json (builder, "limits", limits);
  bh_cli_limits_add_names_json (builder, "limitsFrom", from);
  bh_cli_limits_add_names_json (builder, "limitsHeldBy", held);
  bh_cli_json_add_boolean (builder, "pressed", pressed);
  json_builder_end_object (builder);
  bh_cli_output_print_json (output, builder);
}

/* The values that the command line sets, as SetLimits takes them; %NULL after a complaint. */
static GVariant *
parse_assignments (const BhCliCommand *command, BhCliOutput *output, char **assignments)
{
  g_auto (GVariantDict) values = G_VARIANT_DICT_INIT (NULL);

  for (; *assignments != NULL; assignments++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *message = NULL;
      BhLimitKinds kind;
      guint64 value;

      if (!bh_cli_command_take_text (command, output, assignments))
        return NULL;
      if (!bh_limit_parse_assignment (*assignments, &kind, &value, &error))
        message = g_strdup (error->message);
      else if (g_variant_dict_contains (&values, bh_limit_get_name (kind)))
        message = g_strdup_printf (_("“%s” is given twice"), bh_limit_get_name (kind));
      if (message != NULL)
        {
          bh_cli_command_misuse (command, output, message);
          return NULL;
        }
      g_variant_dict_insert (&values, bh_limit_get_name (kind), "t", value);
    }

  return g_variant_ref_sink (g_variant_dict_end (&values));
}

static gboolean
change (GDBusConnection *bus, const char *id, GVariant *values, gboolean reset, GError **error)
{
  if (reset && !bh_cli_connection_call_app (bus, id, "ResetLimits", NULL, error))
    return FALSE;

  return g_variant_n_children (values) == 0
         || bh_cli_connection_call_app (bus, id, "SetLimits", g_variant_new ("(@a{sv})", values),
                                        error);
}

/**
 * bh_cli_limits:
 * @command: the command
 * @output: where its words go
 * @argv: (array zero-terminated=1): its command line
 *
 * Shows and changes what an app may use.
 *
 * Returns: the exit code
 */
BhCliExit
bh_cli_limits (const BhCliCommand *command, BhCliOutput *output, char **argv)
{
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GVariant) values = NULL;
  g_autoptr (GVariant) app = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) arguments = NULL;
  gboolean reset = FALSE;
  BhCliExit exit_code;
  const GOptionEntry entries[] = {
    { "reset", 0, 0, G_OPTION_ARG_NONE, &reset,
      N_("First forget all limits that were set for the app"), NULL },
    G_OPTION_ENTRY_NULL,
  };

  if (!bh_cli_command_parse (command, output, entries, argv, &arguments, &exit_code))
    return exit_code;
  if (!bh_cli_command_take_text (command, output, &arguments[0]))
    return BH_CLI_USAGE;
  values = parse_assignments (command, output, arguments + 1);
  if (values == NULL)
    return BH_CLI_USAGE;

  bus = bh_cli_connection_open (&error);
  if (bus != NULL && change (bus, arguments[0], values, reset, &error))
    app = bh_cli_connection_find_app (bus, arguments[0], &error);
  if (app == NULL)
    {
      bh_cli_output_fail (output, arguments[0], error);
      return g_error_matches (error, BH_ERROR, BH_ERROR_NO_SUCH_APP) ? BH_CLI_NO_SUCH_APP
                                                                     : BH_CLI_FAILED;
    }

  if (bh_cli_output_get_json (output))
    {
      print_json (output, app);
    }
  else
    {
      g_autofree char *table = bh_cli_limits_dup_table (app);

      bh_cli_output_print (output, "%s", table);
    }

  return BH_CLI_DONE;
}
