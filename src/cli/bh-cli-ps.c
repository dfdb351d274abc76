/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-ps.h"

#include "bh-cli-command.h"
#include "bh-cli-connection.h"
#include "bh-cli-dict.h"
#include "bh-cli-limits.h"
#include "bh-cli-ps-columns.h"
#include "bh-cli-table.h"
#include "bh-cli-time.h"

#include "bh-limit-text.h"

#include <glib/gi18n.h>

/*
 * What runs and what it costs: `ps`. Choosing the apps, JSON and table are functions of a sample
 * alone, so that tests can make one up; only bh_cli_ps() at the end speaks with the service.
 */

static GVariant *
get_processes (GVariant *entry)
{
  return g_variant_lookup_value (entry, "processes", G_VARIANT_TYPE ("aa{sv}"));
}

/* An app runs when it has a runner or, that one dead, other processes still. */
static gboolean
is_running (GVariant *entry)
{
  g_autoptr (GVariant) processes = get_processes (entry);
  guint64 pid;

  return (bh_cli_dict_get_count (entry, "pid", &pid) && pid != 0)
         || (processes != NULL && g_variant_n_children (processes) > 0);
}

/* An app that the service had nothing to tell of, as an entry. */
static GVariant *
entry_from_app (GVariant *app)
{
  GVariantDict entry;
  g_autoptr (GVariant) limits = g_variant_lookup_value (app, "Limits", G_VARIANT_TYPE_VARDICT);
  guint64 restarts;

  g_variant_dict_init (&entry, NULL);
  g_variant_dict_insert (&entry, "id", "s", bh_cli_dict_get_string (app, "Id"));
  g_variant_dict_insert (&entry, "name", "s", bh_cli_dict_get_string (app, "Name"));
  g_variant_dict_insert (&entry, "state", "s", bh_cli_dict_get_string (app, "State"));
  g_variant_dict_insert (&entry, "reason", "s", bh_cli_dict_get_string (app, "Reason"));
  if (bh_cli_dict_get_count (app, "Restarts", &restarts))
    g_variant_dict_insert (&entry, "restarts", "t", restarts);
  if (limits != NULL)
    g_variant_dict_insert_value (&entry, "limits", limits);

  return g_variant_ref_sink (g_variant_dict_end (&entry));
}

/**
 * bh_cli_ps_collect:
 * @sample: an `aa{sv}` as Supervisor1.Sample documents it
 * @installed: (element-type GVariant) (nullable): the properties of each installed app, for
 *   those that are not in @sample; needed with %BH_CLI_PS_ALL only
 * @flags: which apps are wanted
 *
 * Chooses the apps that are shown and sorts them by name. Broken apps that do not run are never
 * among them: they can't.
 *
 * Returns: (transfer full) (element-type GVariant): entries of the kind that @sample has
 */
GPtrArray *
bh_cli_ps_collect (GVariant *sample, GPtrArray *installed, BhCliPsFlags flags)
{
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *entries;
  GVariantIter iter;
  GVariant *entry;

  g_return_val_if_fail (sample != NULL, NULL);
  g_return_val_if_fail (g_variant_is_of_type (sample, G_VARIANT_TYPE ("aa{sv}")), NULL);

  entries = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_variant_iter_init (&iter, sample);
  while ((entry = g_variant_iter_next_value (&iter)) != NULL)
    {
      if ((flags & BH_CLI_PS_ALL) == 0 && !is_running (entry))
        {
          g_variant_unref (entry);
          continue;
        }
      g_ptr_array_add (entries, entry);
      g_hash_table_add (known, g_strdup (bh_cli_dict_get_string (entry, "id")));
    }

  for (guint i = 0; (flags & BH_CLI_PS_ALL) != 0 && installed != NULL && i < installed->len; i++)
    {
      GVariant *app = g_ptr_array_index (installed, i);

      if (*bh_cli_dict_get_string (app, "Broken") == '\0'
          && !g_hash_table_contains (known, bh_cli_dict_get_string (app, "Id")))
        g_ptr_array_add (entries, entry_from_app (app));
    }
  bh_cli_connection_sort_apps (entries, "name", "id");

  return entries;
}

static void
add_switch (JsonBuilder *builder, const char *member, GVariant *dict, const char *key)
{
  gboolean on;

  if (g_variant_lookup (dict, key, "b", &on))
    bh_cli_json_add_boolean (builder, member, on);
  else
    bh_cli_json_add_null (builder, member);
}

/**
 * bh_cli_ps_add_usage_json:
 * @builder: a builder within an object
 * @dict: an entry of a sample, or a process
 *
 * Adds what is known of both beside memory and CPU.
 */
void
bh_cli_ps_add_usage_json (JsonBuilder *builder, GVariant *dict)
{
  g_autofree char *started_at = NULL;
  guint64 microseconds;

  g_return_if_fail (JSON_IS_BUILDER (builder) && dict != NULL);

  bh_cli_json_copy_count (builder, "memoryPeak", dict, "memory-peak");
  bh_cli_json_copy_count (builder, "swap", dict, "swap");
  bh_cli_json_copy_count (builder, "descriptors", dict, "descriptors");
  bh_cli_json_copy_count (builder, "diskRead", dict, "disk-read");
  bh_cli_json_copy_count (builder, "diskWritten", dict, "disk-written");
  if (bh_cli_dict_get_count (dict, "started-at", &microseconds))
    started_at = bh_cli_time_format_json (microseconds);
  bh_cli_json_add_string (builder, "startedAt", started_at);
}

/**
 * bh_cli_ps_add_network_json:
 * @builder: a builder within an object
 * @entry: an entry of a sample
 *
 * Adds what an app has received and sent.
 */
void
bh_cli_ps_add_network_json (JsonBuilder *builder, GVariant *entry)
{
  g_return_if_fail (JSON_IS_BUILDER (builder) && entry != NULL);

  bh_cli_json_copy_count (builder, "networkReceived", entry, "network-received");
  bh_cli_json_copy_count (builder, "networkSent", entry, "network-sent");
}

/* What is known of apps alone. */
static void
build_app (JsonBuilder *builder, GVariant *entry)
{
  g_autofree const char **activity = NULL;

  bh_cli_ps_add_usage_json (builder, entry);
  bh_cli_ps_add_network_json (builder, entry);
  bh_cli_json_copy_text (builder, "suspended", entry, "suspended");
  if (g_variant_lookup (entry, "activity", "^a&s", &activity))
    bh_cli_json_add_strings (builder, "activity", activity);
  else
    bh_cli_json_add_null (builder, "activity");
  add_switch (builder, "growing", entry, "growing");
}

static void
build_process (JsonBuilder *builder, GVariant *process)
{
  json_builder_begin_object (builder);
  bh_cli_json_copy_count (builder, "pid", process, "pid");
  bh_cli_json_copy_count (builder, "startTime", process, "start-time");
  bh_cli_json_copy_text (builder, "role", process, "role");
  bh_cli_json_copy_text (builder, "name", process, "name");
  bh_cli_json_copy_count (builder, "memory", process, "memory");
  bh_cli_json_copy_text (builder, "memoryKind", process, "memory-kind");
  bh_cli_json_copy_number (builder, "cpu", process, "cpu");
  bh_cli_json_copy_count (builder, "threads", process, "threads");
  bh_cli_ps_add_usage_json (builder, process);
  bh_cli_limits_copy_time (builder, "cpuTime", process, "cpu-time");
  add_switch (builder, "stopped", process, "stopped");
  json_builder_end_object (builder);
}

static void
build_limits (JsonBuilder *builder, GVariant *entry)
{
  g_autoptr (GVariant) limits = g_variant_lookup_value (entry, "limits", G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) held
      = g_variant_lookup_value (entry, "limits-held-by", G_VARIANT_TYPE ("a{ss}"));
  gboolean pressed;

  bh_cli_limits_add_json (builder, "limits", limits);
  bh_cli_limits_add_names_json (builder, "limitsHeldBy", held);
  if (g_variant_lookup (entry, "pressed", "b", &pressed))
    bh_cli_json_add_boolean (builder, "pressed", pressed);
  else
    bh_cli_json_add_null (builder, "pressed");
}

/**
 * bh_cli_ps_build_json:
 * @builder: where to build
 * @entries: (element-type GVariant): what bh_cli_ps_collect() chose
 *
 * Builds the array of objects that `ps --json` prints. Every member is always there; null is
 * what could not be measured.
 */
void
bh_cli_ps_build_json (JsonBuilder *builder, GPtrArray *entries)
{
  g_return_if_fail (JSON_IS_BUILDER (builder));
  g_return_if_fail (entries != NULL);

  json_builder_begin_array (builder);
  for (guint i = 0; i < entries->len; i++)
    {
      GVariant *entry = g_ptr_array_index (entries, i);
      g_autoptr (GVariant) processes = get_processes (entry);

      json_builder_begin_object (builder);
      bh_cli_json_copy_string (builder, "id", entry, "id");
      bh_cli_json_copy_string (builder, "name", entry, "name");
      bh_cli_json_copy_string (builder, "state", entry, "state");
      bh_cli_json_copy_count (builder, "pid", entry, "pid");
      bh_cli_json_copy_count (builder, "memory", entry, "memory");
      bh_cli_json_copy_text (builder, "memoryKind", entry, "memory-kind");
      bh_cli_json_copy_number (builder, "cpu", entry, "cpu");
      bh_cli_json_copy_count (builder, "restarts", entry, "restarts");
      bh_cli_json_copy_number (builder, "uptime", entry, "uptime");
      bh_cli_json_copy_string (builder, "reason", entry, "reason");
      bh_cli_json_copy_count (builder, "threads", entry, "threads");
      bh_cli_limits_copy_time (builder, "cpuTime", entry, "cpu-time");
      build_limits (builder, entry);
      build_app (builder, entry);

      json_builder_set_member_name (builder, "processes");
      json_builder_begin_array (builder);
      for (gsize j = 0; processes != NULL && j < g_variant_n_children (processes); j++)
        {
          g_autoptr (GVariant) process = g_variant_get_child_value (processes, j);

          build_process (builder, process);
        }
      json_builder_end_array (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_process_row (BhCliTable *table, GPtrArray *columns, GVariant *process, gboolean last)
{
  g_autofree char *branch
      = g_strdup_printf ("%s %s", last ? "└─" : "├─", bh_cli_ps_get_role_label (process));
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (cells, g_steal_pointer (&branch));
  for (guint i = 0; i < columns->len; i++)
    {
      const BhCliPsColumn *column = g_ptr_array_index (columns, i);

      g_ptr_array_add (cells,
                       column->dup_process != NULL ? column->dup_process (process) : g_strdup (""));
    }
  g_ptr_array_add (cells, NULL);
  bh_cli_table_add_row (table, (const char *const *) cells->pdata);
}

static void
add_app_row (BhCliTable *table, GPtrArray *columns, GVariant *entry)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (cells, bh_cli_ps_dup_name (entry));
  for (guint i = 0; i < columns->len; i++)
    g_ptr_array_add (cells,
                     ((const BhCliPsColumn *) g_ptr_array_index (columns, i))->dup_app (entry));
  g_ptr_array_add (cells, NULL);
  bh_cli_table_add_row (table, (const char *const *) cells->pdata);
}

/* What is used of a limit: “312 MiB of 512 MiB, by kernel”; without a limit only what is used. */
static char *
dup_share (GVariant *entry, BhLimitKinds kind, const char *used)
{
  const char *name = bh_limit_get_name (kind);
  g_autoptr (GVariant) limits = g_variant_lookup_value (entry, "limits", G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) held
      = g_variant_lookup_value (entry, "limits-held-by", G_VARIANT_TYPE ("a{ss}"));
  g_autofree char *limit = NULL;
  const char *holder = NULL;
  guint64 value;

  if (limits == NULL || !bh_cli_dict_get_count (limits, name, &value))
    return g_strdup (used);

  limit = bh_limit_format (kind, value);
  if (held != NULL)
    g_variant_lookup (held, name, "&s", &holder);

  /* Translators: what is used, the limit, and who holds it: “312 MiB of 512 MiB, by kernel”. */
  return g_strdup_printf (_("%s of %s, %s"), used, limit,
                          bh_cli_limits_get_holder_label (holder, is_running (entry)));
}

static void
add_limits_row (BhCliTable *table, GVariant *entry)
{
  g_autofree char *name = bh_cli_ps_dup_name (entry);
  g_autofree char *state = bh_cli_ps_dup_state (entry);
  g_autofree char *memory = bh_cli_ps_dup_memory (entry);
  g_autofree char *cpu = bh_cli_ps_dup_cpu (entry);
  g_autofree char *cpu_time = bh_cli_ps_dup_cpu_time (entry);
  g_autofree char *threads = bh_cli_ps_dup_count (entry, "threads");
  g_autofree char *memory_share = dup_share (entry, BH_LIMIT_MEMORY, memory);
  g_autofree char *cpu_share = dup_share (entry, BH_LIMIT_CPU, cpu);
  g_autofree char *cpu_time_share = dup_share (entry, BH_LIMIT_CPU_TIME, cpu_time);
  g_autofree char *threads_share = dup_share (entry, BH_LIMIT_TASKS, threads);
  const char *cells[] = {
    name,          bh_cli_dict_get_string (entry, "id"),
    state,         memory_share,
    cpu_share,     cpu_time_share,
    threads_share, NULL,
  };

  bh_cli_table_add_row (table, cells);
}

static char *
dup_limits_table (GPtrArray *entries)
{
  g_autoptr (BhCliTable) table = bh_cli_table_new ();

  bh_cli_table_add_column (table, _("Name"), BH_CLI_ALIGN_START);
  bh_cli_table_add_column (table, _("ID"), BH_CLI_ALIGN_START);
  bh_cli_table_add_column (table, _("State"), BH_CLI_ALIGN_START);
  bh_cli_table_add_column (table, _("Memory"), BH_CLI_ALIGN_START);
  bh_cli_table_add_column (table, _("CPU"), BH_CLI_ALIGN_START);
  bh_cli_table_add_column (table, _("CPU time"), BH_CLI_ALIGN_START);
  bh_cli_table_add_column (table, _("Threads"), BH_CLI_ALIGN_START);
  for (guint i = 0; i < entries->len; i++)
    add_limits_row (table, g_ptr_array_index (entries, i));

  return bh_cli_table_to_string (table);
}

/**
 * bh_cli_ps_dup_columns:
 * @entries: (element-type GVariant): what bh_cli_ps_collect() chose
 * @columns: (element-type BhCliPsColumn): what stands beside the name
 * @flags: whether processes are wanted
 *
 * Makes the table that `ps` prints.
 *
 * Returns: (transfer full): the table, "" when there are no entries
 */
char *
bh_cli_ps_dup_columns (GPtrArray *entries, GPtrArray *columns, BhCliPsFlags flags)
{
  g_autoptr (BhCliTable) table = bh_cli_table_new ();

  g_return_val_if_fail (entries != NULL && columns != NULL, NULL);

  bh_cli_table_add_column (table, _("Name"), BH_CLI_ALIGN_START);
  for (guint i = 0; i < columns->len; i++)
    {
      const BhCliPsColumn *column = g_ptr_array_index (columns, i);

      bh_cli_table_add_column (table, _(column->heading), column->align);
    }

  for (guint i = 0; i < entries->len; i++)
    {
      GVariant *entry = g_ptr_array_index (entries, i);
      g_autoptr (GVariant) processes = get_processes (entry);
      gsize n = processes != NULL ? g_variant_n_children (processes) : 0;

      add_app_row (table, columns, entry);
      for (gsize j = 0; (flags & BH_CLI_PS_PROCESSES) != 0 && j < n; j++)
        {
          g_autoptr (GVariant) process = g_variant_get_child_value (processes, j);

          add_process_row (table, columns, process, j + 1 == n);
        }
    }

  return bh_cli_table_to_string (table);
}

/**
 * bh_cli_ps_dup_table:
 * @entries: (element-type GVariant): what bh_cli_ps_collect() chose
 * @flags: whether processes or limits are wanted
 *
 * Makes the table that `ps` prints when no columns are asked for.
 *
 * Returns: (transfer full): the table, "" when there are no entries
 */
char *
bh_cli_ps_dup_table (GPtrArray *entries, BhCliPsFlags flags)
{
  g_autoptr (GPtrArray) columns = NULL;

  g_return_val_if_fail (entries != NULL, NULL);

  if (flags & BH_CLI_PS_LIMITS)
    return dup_limits_table (entries);
  columns = bh_cli_ps_columns_new_default ();

  return bh_cli_ps_dup_columns (entries, columns, flags);
}

/* NULL for those that are always shown, unless there is an error. */
static GPtrArray *
choose_columns (const char *names, gboolean wide, GError **error)
{
  if (wide)
    return bh_cli_ps_columns_new_wide ();

  return names != NULL ? bh_cli_ps_columns_parse (names, error) : NULL;
}

/**
 * bh_cli_ps:
 * @command: the command
 * @output: where its words go
 * @argv: (array zero-terminated=1): its command line
 *
 * Shows what runs and what it costs.
 *
 * Returns: the exit code
 */
BhCliExit
bh_cli_ps (const BhCliCommand *command, BhCliOutput *output, char **argv)
{
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GVariant) sample = NULL;
  g_autoptr (GPtrArray) installed = NULL;
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) arguments = NULL;
  gboolean all = FALSE;
  gboolean processes = FALSE;
  gboolean limits = FALSE;
  gboolean wide = FALSE;
  g_autofree char *names = NULL;
  g_autoptr (GPtrArray) columns = NULL;
  BhCliPsFlags flags;
  BhCliExit exit_code;
  const GOptionEntry own[] = {
    { "processes", 'p', 0, G_OPTION_ARG_NONE, &processes,
      N_("Show the processes of each app below it"), NULL },
    { "limits", 'l', 0, G_OPTION_ARG_NONE, &limits,
      N_("Show what is used of each limit, and who holds it"), NULL },
    { "columns", 'c', 0, G_OPTION_ARG_STRING, &names, N_("Show these columns beside the name"),
      N_("COLUMN,…") },
    { "wide", 'w', 0, G_OPTION_ARG_NONE, &wide, N_("Show all columns"), NULL },
    { "all", 'a', 0, G_OPTION_ARG_NONE, &all, N_("Show also the apps that are not running"), NULL },
    G_OPTION_ENTRY_NULL,
  };

  if (!bh_cli_command_parse (command, output, own, argv, &arguments, &exit_code))
    return exit_code;
  if (processes && limits)
    {
      bh_cli_command_misuse (command, output, _("--processes and --limits can't be had together"));
      return BH_CLI_USAGE;
    }
  if (limits + wide + (names != NULL) > 1)
    {
      bh_cli_command_misuse (command, output,
                             _("only one of --limits, --columns and --wide can be had"));
      return BH_CLI_USAGE;
    }
  columns = choose_columns (names, wide, &error);
  if (error != NULL)
    {
      bh_cli_command_misuse (command, output, error->message);
      return BH_CLI_USAGE;
    }
  flags = (all ? BH_CLI_PS_ALL : 0) | (processes ? BH_CLI_PS_PROCESSES : 0)
          | (limits ? BH_CLI_PS_LIMITS : 0);

  bus = bh_cli_connection_open (&error);
  if (bus != NULL)
    sample = bh_cli_connection_sample (bus, &error);
  if (sample != NULL && all)
    installed = bh_cli_connection_list_apps (bus, &error);
  if (error != NULL)
    {
      bh_cli_output_fail (output, NULL, error);
      return BH_CLI_FAILED;
    }

  entries = bh_cli_ps_collect (sample, installed, flags);
  if (bh_cli_output_get_json (output))
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      bh_cli_ps_build_json (builder, entries);
      bh_cli_output_print_json (output, builder);
    }
  else if (entries->len > 0)
    {
      g_autofree char *table = columns != NULL ? bh_cli_ps_dup_columns (entries, columns, flags)
                                               : bh_cli_ps_dup_table (entries, flags);

      bh_cli_output_print (output, "%s", table);
    }
  else
    bh_cli_output_print (output, all ? _("No app is installed.\n") : _("No app is running.\n"));

  return BH_CLI_DONE;
}
