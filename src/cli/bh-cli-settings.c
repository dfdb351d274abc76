/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-settings.h"

#include "bh-cli-command.h"
#include "bh-cli-connection.h"
#include "bh-cli-dict.h"
#include "bh-cli-table.h"

#include "bh-text.h"
#include "bh-units.h"

#include <glib/gi18n.h>

#include <string.h>

/*
 * What is set for one app alone: `settings`. What the service knows and this program does not is
 * shown all the same; only what is typed has to be known here, for its value has a form.
 */

typedef enum {
  FORM_SWITCH,
  FORM_MINUTES,
} Form;

typedef struct
{
  const char *key;
  const char *member;
  Form form;
  const char *meaning;
} Setting;

static const Setting settings[] = {
  { "muted", "muted", FORM_SWITCH, N_("No notifications about it are shown") },
  { "suspend-after", "suspendAfter", FORM_MINUTES,
    N_("After how long in the background it is suspended") },
  { "keep-awake", "keepAwake", FORM_SWITCH, N_("It is never suspended by itself, nor with all") },
};

static const Setting *
find_setting (const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    if (g_str_equal (settings[i].key, key))
      return &settings[i];

  return NULL;
}

static GVariant *
parse_switch (const char *text)
{
  static const char *const yes[] = { "yes", "true", "on", "1" };
  static const char *const no[] = { "no", "false", "off", "0" };

  for (guint i = 0; i < G_N_ELEMENTS (yes); i++)
    {
      if (g_str_equal (text, yes[i]))
        return g_variant_new_boolean (TRUE);
      if (g_str_equal (text, no[i]))
        return g_variant_new_boolean (FALSE);
    }

  return NULL;
}

/* “never”, or minutes: without a unit it is those. */
static GVariant *
parse_minutes (const char *text)
{
  const gint64 minute = 60 * G_USEC_PER_SEC;
  gint64 microseconds = 0;
  guint64 number;

  if (g_str_equal (text, "never") || g_str_equal (text, "none"))
    return g_variant_new_uint32 (0);
  if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &number, NULL))
    return g_variant_new_uint32 ((guint32) number);
  if (!bh_units_parse_duration (text, &microseconds, NULL) || microseconds < minute
      || microseconds % minute != 0 || microseconds / minute > G_MAXUINT32)
    return NULL;

  return g_variant_new_uint32 ((guint32) (microseconds / minute));
}

static char *
dup_unknown_key (const char *key)
{
  const char *names[G_N_ELEMENTS (settings)];
  g_autofree char *quoted = bh_text_quote (key);
  const char *similar;

  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    names[i] = settings[i].key;
  similar = bh_text_suggest (key, names, G_N_ELEMENTS (names));
  if (similar != NULL)
    return g_strdup_printf (_("there is no setting %s; did you mean “%s”?"), quoted, similar);

  return g_strdup_printf (_("there is no setting %s"), quoted);
}

/* Adds one KEY=VALUE to @values; what is wrong with it, or NULL. */
static char *
add_assignment (GVariantDict *values, const char *assignment)
{
  const char *equals = strchr (assignment, '=');
  g_autofree char *key = NULL;
  g_autofree char *quoted = NULL;
  const Setting *setting;
  GVariant *value;

  if (equals == NULL)
    {
      quoted = bh_text_quote (assignment);
      return g_strdup_printf (_("%s is no KEY=VALUE, such as “muted=yes”"), quoted);
    }
  key = g_strndup (assignment, (gsize) (equals - assignment));
  setting = find_setting (key);
  if (setting == NULL)
    return dup_unknown_key (key);
  if (g_variant_dict_contains (values, key))
    return g_strdup_printf (_("“%s” is given twice"), key);

  value = setting->form == FORM_SWITCH ? parse_switch (equals + 1) : parse_minutes (equals + 1);
  if (value != NULL)
    {
      g_variant_dict_insert_value (values, key, value);
      return NULL;
    }

  quoted = bh_text_quote (equals + 1);
  if (setting->form == FORM_SWITCH)
    return g_strdup_printf (_("%s: %s is neither “yes” nor “no”"), key, quoted);

  return g_strdup_printf (_("%s: %s are no whole minutes, such as “10” or “2h”, nor “never”"), key,
                          quoted);
}

static GVariant *
parse_assignments (const BhCliCommand *command, BhCliOutput *output, char **assignments)
{
  g_auto (GVariantDict) values = G_VARIANT_DICT_INIT (NULL);

  for (; *assignments != NULL; assignments++)
    {
      g_autofree char *message = add_assignment (&values, *assignments);

      if (message != NULL)
        {
          bh_cli_command_misuse (command, output, message);
          return NULL;
        }
    }

  return g_variant_ref_sink (g_variant_dict_end (&values));
}

static char *
dup_value (const Setting *setting, GVariant *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    return g_strdup (g_variant_get_boolean (value) ? C_("setting", "yes") : C_("setting", "no"));
  if (setting != NULL && setting->form == FORM_MINUTES
      && g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
    {
      guint32 minutes = g_variant_get_uint32 (value);

      if (minutes == 0)
        return g_strdup (C_("setting", "never"));
      return g_strdup_printf (_("%u min"), minutes);
    }

  return g_variant_print (value, FALSE);
}

static void
print_table (BhCliOutput *output, GVariant *values)
{
  g_autoptr (BhCliTable) table = bh_cli_table_new ();
  g_autofree char *text = NULL;
  GVariantIter iter;
  const char *key;
  GVariant *value;

  bh_cli_table_add_column (table, _("Setting"), BH_CLI_ALIGN_START);
  bh_cli_table_add_column (table, _("Value"), BH_CLI_ALIGN_START);
  bh_cli_table_add_column (table, _("Meaning"), BH_CLI_ALIGN_START);
  g_variant_iter_init (&iter, values);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    {
      const Setting *setting = find_setting (key);
      g_autofree char *shown = dup_value (setting, value);
      const char *cells[] = { key, shown, setting != NULL ? _(setting->meaning) : "", NULL };

      bh_cli_table_add_row (table, cells);
    }
  text = bh_cli_table_to_string (table);
  bh_cli_output_print (output, "%s", text);
}

static void
add_members (JsonBuilder *builder, GVariant *values)
{
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      gboolean on;

      if (settings[i].form == FORM_MINUTES)
        bh_cli_json_copy_count (builder, settings[i].member, values, settings[i].key);
      else if (g_variant_lookup (values, settings[i].key, "b", &on))
        bh_cli_json_add_boolean (builder, settings[i].member, on);
      else
        bh_cli_json_add_null (builder, settings[i].member);
    }
}

/**
 * bh_cli_settings_build_json:
 * @builder: where to build
 * @values: (nullable): an `a{sv}` as App1.Settings
 *
 * Builds an object of them, or null when nothing is known.
 */
void
bh_cli_settings_build_json (JsonBuilder *builder, GVariant *values)
{
  g_return_if_fail (JSON_IS_BUILDER (builder));

  if (values == NULL)
    {
      json_builder_add_null_value (builder);
      return;
    }
  json_builder_begin_object (builder);
  add_members (builder, values);
  json_builder_end_object (builder);
}

static void
print_json (BhCliOutput *output, GVariant *app, GVariant *values)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  bh_cli_json_copy_string (builder, "id", app, "Id");
  add_members (builder, values);
  json_builder_end_object (builder);
  bh_cli_output_print_json (output, builder);
}

/**
 * bh_cli_settings:
 * @command: the command
 * @output: where its words go
 * @argv: (array zero-terminated=1): its command line
 *
 * Shows and changes what is set for one app alone.
 *
 * Returns: the exit code
 */
BhCliExit
bh_cli_settings (const BhCliCommand *command, BhCliOutput *output, char **argv)
{
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GVariant) wanted = NULL;
  g_autoptr (GVariant) values = NULL;
  g_autoptr (GVariant) app = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) arguments = NULL;
  BhCliExit exit_code;

  if (!bh_cli_command_parse (command, output, NULL, argv, &arguments, &exit_code))
    return exit_code;
  if (!bh_cli_command_take_texts (command, output, arguments))
    return BH_CLI_USAGE;
  wanted = parse_assignments (command, output, arguments + 1);
  if (wanted == NULL)
    return BH_CLI_USAGE;

  bus = bh_cli_connection_open (&error);
  if (bus != NULL
      && (g_variant_n_children (wanted) == 0
          || bh_cli_connection_call_app (bus, arguments[0], "SetSettings",
                                         g_variant_new ("(@a{sv})", wanted), &error)))
    app = bh_cli_connection_find_app (bus, arguments[0], &error);
  if (app == NULL)
    return bh_cli_command_fail (output, arguments[0], error);

  values = g_variant_lookup_value (app, "Settings", G_VARIANT_TYPE_VARDICT);
  if (values == NULL)
    values = g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));
  if (bh_cli_output_get_json (output))
    print_json (output, app, values);
  else
    print_table (output, values);

  return BH_CLI_DONE;
}
