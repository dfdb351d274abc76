/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-command.h"
#include "bh-cli-connection.h"
#include "bh-cli-dict.h"
#include "bh-cli-limits.h"
#include "bh-cli-list.h"
#include "bh-cli-ps-columns.h"
#include "bh-cli-ps.h"
#include "bh-cli-settings.h"
#include "bh-cli-table.h"
#include "bh-cli-text.h"

#include "bh-error.h"
#include "bh-limit-text.h"
#include "bh-paths.h"
#include "bh-state.h"
#include "bh-units.h"

#include <glib/gi18n.h>

/*
 * All that is known of one app: `info`.
 */

static const char *
get_reason_label (GVariant *app)
{
  const char *name = bh_cli_dict_get_string (app, "Reason");
  BhReason reason;

  return bh_reason_from_string (name, &reason) ? bh_reason_get_label (reason) : name;
}

static void
add_fact (BhCliTable *table, const char *label, const char *value)
{
  const char *cells[] = { label, value, NULL };

  if (value != NULL && *value != '\0')
    bh_cli_table_add_row (table, cells);
}

static char *
dup_time_json (guint64 microseconds)
{
  g_autoptr (GDateTime) time
      = g_date_time_new_from_unix_utc ((gint64) (microseconds / G_USEC_PER_SEC));

  return time != NULL ? g_date_time_format_iso8601 (time) : NULL;
}

static char *
dup_time_text (guint64 microseconds)
{
  g_autoptr (GDateTime) time
      = g_date_time_new_from_unix_local ((gint64) (microseconds / G_USEC_PER_SEC));

  /* Translators: the locale's date and time, see g_date_time_format(). */
  return time != NULL ? g_date_time_format (time, _("%c")) : NULL;
}

/* The app's entry of a sample that is taken now; NULL when it does not run. */
static GVariant *
sample_app (GDBusConnection *bus, GVariant *app, GError **error)
{
  g_autoptr (GVariant) sample = NULL;
  guint64 pid;

  if (!bh_cli_dict_get_count (app, "Pid", &pid) || pid == 0)
    return NULL;
  sample = bh_cli_connection_sample (bus, error);
  for (gsize i = 0; sample != NULL && i < g_variant_n_children (sample); i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (sample, i);

      if (g_str_equal (bh_cli_dict_get_string (entry, "id"), bh_cli_dict_get_string (app, "Id")))
        return g_steal_pointer (&entry);
    }

  return NULL;
}

static void
add_usage_json (JsonBuilder *builder, GVariant *usage)
{
  g_autoptr (GVariant) nothing
      = g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));

  if (usage == NULL)
    usage = nothing;
  bh_cli_json_copy_count (builder, "memory", usage, "memory");
  bh_cli_json_copy_text (builder, "memoryKind", usage, "memory-kind");
  bh_cli_json_copy_number (builder, "cpu", usage, "cpu");
  bh_cli_limits_copy_time (builder, "cpuTime", usage, "cpu-time");
  bh_cli_json_copy_count (builder, "threads", usage, "threads");
  bh_cli_json_copy_count (builder, "memoryPeak", usage, "memory-peak");
  bh_cli_json_copy_count (builder, "swap", usage, "swap");
  bh_cli_json_copy_count (builder, "descriptors", usage, "descriptors");
  bh_cli_json_copy_count (builder, "diskRead", usage, "disk-read");
  bh_cli_json_copy_count (builder, "diskWritten", usage, "disk-written");
  bh_cli_ps_add_network_json (builder, usage);
}

/* What it does, what is done to it, and what is set for it. */
static void
add_condition_json (JsonBuilder *builder, GVariant *app)
{
  g_autofree const char **activity = NULL;
  g_autoptr (GVariant) settings = g_variant_lookup_value (app, "Settings", G_VARIANT_TYPE_VARDICT);
  gboolean growing = FALSE;

  bh_cli_json_copy_text (builder, "suspended", app, "Suspended");
  g_variant_lookup (app, "Activity", "^a&s", &activity);
  bh_cli_json_add_strings (builder, "activity", activity);
  g_variant_lookup (app, "Growing", "b", &growing);
  bh_cli_json_add_boolean (builder, "growing", growing);
  if (growing)
    bh_cli_json_copy_count (builder, "growth", app, "Growth");
  else
    bh_cli_json_add_null (builder, "growth");
  json_builder_set_member_name (builder, "settings");
  bh_cli_settings_build_json (builder, settings);
}

static void
add_limits_json (JsonBuilder *builder, GVariant *app)
{
  g_autoptr (GVariant) limits = g_variant_lookup_value (app, "Limits", G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) from = g_variant_lookup_value (app, "LimitsFrom", G_VARIANT_TYPE ("a{ss}"));
  g_autoptr (GVariant) held
      = g_variant_lookup_value (app, "LimitsHeldBy", G_VARIANT_TYPE ("a{ss}"));
  gboolean pressed = FALSE;

  g_variant_lookup (app, "Pressed", "b", &pressed);
  bh_cli_limits_add_json (builder, "limits", limits);
  bh_cli_limits_add_names_json (builder, "limitsFrom", from);
  bh_cli_limits_add_names_json (builder, "limitsHeldBy", held);
  bh_cli_json_add_boolean (builder, "pressed", pressed);
}

/* Where the app's own files are, as the supervisor of the same user has them; NULL when the id is
 * none, as a broken app's may be. */
static BhAppId *
parse_id (GVariant *app)
{
  if (*bh_cli_dict_get_string (app, "Broken") != '\0')
    return NULL;

  return bh_app_id_new (bh_cli_dict_get_string (app, "Id"), NULL);
}

static void
add_paths_json (JsonBuilder *builder, GVariant *app)
{
  g_autoptr (BhAppId) id = parse_id (app);
  g_autofree char *profile = id != NULL ? bh_paths_dup_data_dir (id) : NULL;
  g_autofree char *cache = id != NULL ? bh_paths_dup_cache_dir (id) : NULL;
  g_autofree char *state = id != NULL ? bh_paths_dup_state_dir (id) : NULL;

  bh_cli_json_add_string (builder, "profile", profile);
  bh_cli_json_add_string (builder, "cache", cache);
  bh_cli_json_add_string (builder, "stateDirectory", state);
}

static void
print_info_json (BhCliOutput *output, GVariant *app, GVariant *usage)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *started_at = NULL;
  g_autofree char *restart_at = NULL;
  gboolean painted = FALSE;
  guint64 pid, microseconds;

  json_builder_begin_object (builder);
  bh_cli_list_add_members (builder, app);
  bh_cli_json_copy_string (builder, "desktopId", app, "DesktopId");
  bh_cli_json_copy_string (builder, "isolation", app, "Isolation");

  if (bh_cli_dict_get_count (app, "Pid", &pid) && pid != 0)
    bh_cli_json_add_count (builder, "pid", pid);
  else
    bh_cli_json_add_null (builder, "pid");

  if (bh_cli_dict_get_count (app, "StartedAt", &microseconds) && microseconds != 0)
    started_at = dup_time_json (microseconds);
  bh_cli_json_add_string (builder, "startedAt", started_at);

  g_variant_lookup (app, "Painted", "b", &painted);
  bh_cli_json_add_boolean (builder, "painted", painted);
  if (painted && bh_cli_dict_get_count (app, "PaintedAfter", &microseconds))
    bh_cli_json_add_count (builder, "paintedAfter", microseconds / 1000);
  else
    bh_cli_json_add_null (builder, "paintedAfter");

  bh_cli_json_copy_string (builder, "title", app, "Title");
  bh_cli_json_copy_count (builder, "restarts", app, "Restarts");
  bh_cli_json_copy_count (builder, "networkCrashes", app, "NetworkCrashes");
  bh_cli_json_copy_string (builder, "reason", app, "Reason");
  bh_cli_json_copy_string (builder, "reasonDetail", app, "ReasonDetail");
  if (bh_cli_dict_get_count (app, "RestartAt", &microseconds) && microseconds != 0)
    restart_at = dup_time_json (microseconds);
  bh_cli_json_add_string (builder, "restartAt", restart_at);
  add_usage_json (builder, usage);
  add_limits_json (builder, app);
  add_condition_json (builder, app);
  add_paths_json (builder, app);
  json_builder_end_object (builder);
  bh_cli_output_print_json (output, builder);
}

static void
add_last_end (BhCliTable *table, GVariant *app)
{
  const char *reason = get_reason_label (app);
  const char *detail = bh_cli_dict_get_string (app, "ReasonDetail");
  g_autofree char *both = NULL;

  if (*reason != '\0' && *detail != '\0')
    /* Translators: why an app ended last time, and what is known about it. */
    both = g_strdup_printf (_("%s (%s)"), reason, detail);
  add_fact (table, _("Last end:"), both != NULL ? both : reason);
}

static char *
dup_used (BhLimitKinds kind, GVariant *usage)
{
  static const struct
  {
    BhLimitKinds kind;
    const char *key;
  } keys[] = {
    { BH_LIMIT_MEMORY, "memory" },
    { BH_LIMIT_MEMORY_HIGH, "memory" },
    { BH_LIMIT_CPU_TIME, "cpu-time" },
    { BH_LIMIT_TASKS, "threads" },
  };
  double cpu;
  guint64 used;

  if (kind == BH_LIMIT_CPU && bh_cli_dict_get_number (usage, "cpu", &cpu))
    return g_strdup_printf (_("%.1f %%"), cpu);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (keys[i].kind == kind && bh_cli_dict_get_count (usage, keys[i].key, &used))
      return bh_limit_format (kind, used);

  return NULL;
}

/* A line for each limit that there is. */
static void
add_limits (BhCliTable *table, GVariant *app, GVariant *usage)
{
  g_autoptr (GVariant) limits = g_variant_lookup_value (app, "Limits", G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) from = g_variant_lookup_value (app, "LimitsFrom", G_VARIANT_TYPE ("a{ss}"));
  g_autoptr (GVariant) held
      = g_variant_lookup_value (app, "LimitsHeldBy", G_VARIANT_TYPE ("a{ss}"));

  for (guint i = 0; i < BH_N_LIMITS; i++)
    {
      BhLimitKinds kind = (BhLimitKinds) (1 << i);
      const char *name = bh_limit_get_name (kind);
      g_autofree char *label = NULL;
      g_autofree char *text = NULL;
      g_autofree char *used = usage != NULL ? dup_used (kind, usage) : NULL;
      g_autofree char *line = NULL;
      const char *origin = "none";
      const char *holder = NULL;
      guint64 value;

      if (limits == NULL || !bh_cli_dict_get_count (limits, name, &value))
        continue;
      if (from != NULL)
        g_variant_lookup (from, name, "&s", &origin);
      if (held != NULL)
        g_variant_lookup (held, name, "&s", &holder);
      /* Translators: a limit's name as it is typed. */
      label = g_strdup_printf (_("Limit %s:"), name);
      text = bh_limit_format (kind, value);
      if (used != NULL)
        /* Translators: what is used, the limit, where that comes from, and who holds it: “312 MiB
         * of 512 MiB (manifest, by kernel)”. */
        line = g_strdup_printf (_("%s of %s (%s, %s)"), used, text,
                                bh_cli_limits_get_origin_label (origin),
                                bh_cli_limits_get_holder_label (holder, usage != NULL));
      else
        line = g_strdup_printf (_("%s (%s, %s)"), text, bh_cli_limits_get_origin_label (origin),
                                bh_cli_limits_get_holder_label (holder, usage != NULL));
      add_fact (table, label, line);
    }
}

/* What is not known is left out. */
static void
add_figure (BhCliTable *table, const char *label, char *figure)
{
  if (!g_str_equal (figure, BH_CLI_UNKNOWN))
    add_fact (table, label, figure);
  g_free (figure);
}

static void
add_usage (BhCliTable *table, GVariant *usage)
{
  g_autofree char *memory = NULL;
  g_autofree char *cpu = NULL;
  g_autofree char *threads = NULL;

  if (usage == NULL)
    return;
  memory = dup_used (BH_LIMIT_MEMORY, usage);
  cpu = dup_used (BH_LIMIT_CPU, usage);
  threads = dup_used (BH_LIMIT_TASKS, usage);
  add_fact (table, _("Memory:"), memory);
  add_fact (table, _("CPU:"), cpu);
  add_fact (table, _("Threads:"), threads);
  add_figure (table, _("Most memory:"), bh_cli_ps_dup_size (usage, "memory-peak"));
  add_figure (table, _("Swap:"), bh_cli_ps_dup_size (usage, "swap"));
  add_figure (table, _("CPU time:"), bh_cli_ps_dup_cpu_time (usage));
  add_figure (table, _("Descriptors:"), bh_cli_ps_dup_count (usage, "descriptors"));
  add_figure (table, _("Disk:"), bh_cli_ps_dup_disk (usage));
  add_figure (table, _("Network:"), bh_cli_ps_dup_network (usage));
}

static const char *
get_suspended_label (const char *by)
{
  if (g_str_equal (by, "user"))
    return _("By you");
  if (g_str_equal (by, "idle"))
    return _("For having been in the background");
  if (g_str_equal (by, "outside"))
    return _("By another program, which has stopped its processes");

  return by;
}

static const char *
get_activity_label (const char *activity)
{
  if (g_str_equal (activity, "focused"))
    return _("has the focus");
  if (g_str_equal (activity, "visible"))
    return _("is visible");
  if (g_str_equal (activity, "audio"))
    return _("plays sound");
  if (g_str_equal (activity, "capture"))
    return _("uses camera, microphone or screen");
  if (g_str_equal (activity, "download"))
    return _("downloads");
  if (g_str_equal (activity, "unsaved"))
    return _("has changes that are not saved");

  return activity;
}

static void
add_condition (BhCliTable *table, GVariant *app)
{
  g_autofree const char **activity = NULL;
  g_autoptr (GPtrArray) labels = g_ptr_array_new ();
  g_autofree char *list = NULL;
  g_autofree char *growth = NULL;
  gboolean growing = FALSE;
  guint64 bytes;

  add_fact (table, _("Suspended:"),
            get_suspended_label (bh_cli_dict_get_string (app, "Suspended")));
  g_variant_lookup (app, "Activity", "^a&s", &activity);
  for (guint i = 0; activity != NULL && activity[i] != NULL; i++)
    g_ptr_array_add (labels, (gpointer) (gsize) get_activity_label (activity[i]));
  g_ptr_array_add (labels, NULL);
  list = g_strjoinv (", ", (char **) labels->pdata);
  add_fact (table, _("Activity:"), list);
  if (g_variant_lookup (app, "Growing", "b", &growing) && growing
      && bh_cli_dict_get_count (app, "Growth", &bytes))
    {
      g_autofree char *size = bh_units_format_size (bytes);

      growth = g_strdup_printf (_("Its memory has grown steadily for hours, by %s an hour"), size);
    }
  add_fact (table, _("Attention:"), growth);
}

static void
add_paths (BhCliTable *table, GVariant *app)
{
  g_autoptr (BhAppId) id = parse_id (app);
  g_autofree char *profile = id != NULL ? bh_paths_dup_data_dir (id) : NULL;
  g_autofree char *cache = id != NULL ? bh_paths_dup_cache_dir (id) : NULL;
  g_autofree char *state = id != NULL ? bh_paths_dup_state_dir (id) : NULL;

  add_fact (table, _("Profile:"), profile);
  add_fact (table, _("Cache:"), cache);
  add_fact (table, _("State kept in:"), state);
}

static void
print_info_text (BhCliOutput *output, GVariant *app, GVariant *usage)
{
  g_autoptr (BhCliTable) table = bh_cli_table_new ();
  g_autofree char *pid_text = NULL;
  g_autofree char *started_at = NULL;
  g_autofree char *painted_after = NULL;
  g_autofree char *restarts_text = NULL;
  g_autofree char *network_text = NULL;
  g_autofree char *restart_at = NULL;
  g_autofree const char **warnings = NULL;
  g_autofree char *text = NULL;
  const char *isolation = bh_cli_dict_get_string (app, "Isolation");
  gboolean painted = FALSE;
  gboolean pressed = FALSE;
  guint64 number;

  if (bh_cli_dict_get_count (app, "Pid", &number) && number != 0)
    pid_text = g_strdup_printf ("%" G_GUINT64_FORMAT, number);
  if (bh_cli_dict_get_count (app, "StartedAt", &number) && number != 0)
    started_at = dup_time_text (number);
  g_variant_lookup (app, "Painted", "b", &painted);
  if (painted && bh_cli_dict_get_count (app, "PaintedAfter", &number)
      && number <= (guint64) G_MAXINT64)
    {
      g_autofree char *duration = bh_units_format_duration ((gint64) number);

      painted_after = g_strdup_printf (_("%s after the launch"), duration);
    }
  if (bh_cli_dict_get_count (app, "Restarts", &number))
    restarts_text = g_strdup_printf ("%" G_GUINT64_FORMAT, number);
  /* Few apps ever have one. */
  if (bh_cli_dict_get_count (app, "NetworkCrashes", &number) && number > 0)
    network_text = g_strdup_printf ("%" G_GUINT64_FORMAT, number);
  if (bh_cli_dict_get_count (app, "RestartAt", &number) && number != 0)
    restart_at = dup_time_text (number);
  g_variant_lookup (app, "Pressed", "b", &pressed);
  g_variant_lookup (app, "Warnings", "^a&s", &warnings);

  bh_cli_table_add_column (table, NULL, BH_CLI_ALIGN_START);
  bh_cli_table_add_column (table, NULL, BH_CLI_ALIGN_START);
  add_fact (table, _("Name:"), bh_cli_dict_get_string (app, "Name"));
  add_fact (table, _("ID:"), bh_cli_dict_get_string (app, "Id"));
  add_fact (table, _("Description:"), bh_cli_dict_get_string (app, "Description"));
  add_fact (table, _("State:"), bh_cli_list_get_state_label (app));
  add_fact (table, _("Why broken:"), bh_cli_dict_get_string (app, "Broken"));
  add_last_end (table, app);
  add_fact (table, _("Page title:"), bh_cli_dict_get_string (app, "Title"));
  add_fact (table, _("PID:"), pid_text);
  add_fact (table, _("Started:"), started_at);
  add_fact (table, _("First paint:"), painted_after);
  add_fact (table, _("Restarts:"), restarts_text);
  add_fact (table, _("Network process crashes:"), network_text);
  add_fact (table, _("Next restart:"), restart_at);
  add_condition (table, app);
  add_usage (table, usage);
  if (pressed)
    add_fact (table, _("Attention:"),
              _("It has passed its limit memory-high, and should give memory back"));
  add_limits (table, app, usage);
  if (g_str_equal (isolation, "none"))
    add_fact (table, _("Kept apart by:"),
              _("Nothing: it can read your files and those of other apps"));
  else if (*isolation != '\0')
    add_fact (table, _("Kept apart by:"), _("A sandbox of its own"));
  add_fact (table, _("Address:"), bh_cli_dict_get_string (app, "Url"));
  add_fact (table, _("Icon:"), bh_cli_dict_get_string (app, "Icon"));
  add_fact (table, _("Installed by:"), bh_cli_list_get_source_label (app));
  add_fact (table, _("Manifest:"), bh_cli_dict_get_string (app, "ManifestPath"));
  add_paths (table, app);
  add_fact (table, _("Desktop ID:"), bh_cli_dict_get_string (app, "DesktopId"));
  for (guint i = 0; warnings != NULL && warnings[i] != NULL; i++)
    add_fact (table, _("Warning:"), warnings[i]);

  text = bh_cli_table_to_string (table);
  bh_cli_output_print (output, "%s", text);
}

/**
 * bh_cli_info:
 * @command: the command
 * @output: where its words go
 * @argv: (array zero-terminated=1): its command line
 *
 * Tells all about one app.
 *
 * Returns: the exit code
 */
BhCliExit
bh_cli_info (const BhCliCommand *command, BhCliOutput *output, char **argv)
{
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GVariant) app = NULL;
  g_autoptr (GVariant) usage = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) arguments = NULL;
  BhCliExit exit_code;

  if (!bh_cli_command_parse (command, output, NULL, argv, &arguments, &exit_code))
    return exit_code;
  if (!bh_cli_command_take_text (command, output, &arguments[0]))
    return BH_CLI_USAGE;

  bus = bh_cli_connection_open (&error);
  if (bus != NULL)
    app = bh_cli_connection_find_app (bus, arguments[0], &error);
  if (app != NULL)
    usage = sample_app (bus, app, &error);
  if (error != NULL)
    {
      bh_cli_output_fail (output, arguments[0], error);
      return g_error_matches (error, BH_ERROR, BH_ERROR_NO_SUCH_APP) ? BH_CLI_NO_SUCH_APP
                                                                     : BH_CLI_FAILED;
    }

  if (bh_cli_output_get_json (output))
    print_info_json (output, app, usage);
  else
    print_info_text (output, app, usage);

  return BH_CLI_DONE;
}
