/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-ps-columns.h"

#include "bh-cli-dict.h"
#include "bh-cli-text.h"
#include "bh-cli-time.h"

#include "bh-error.h"
#include "bh-limit-text.h"
#include "bh-state.h"
#include "bh-text.h"
#include "bh-units.h"

#include <glib/gi18n.h>

/*
 * The columns of `ps`: those that are always shown, and those that can be asked for. The name of
 * the app stands before them all.
 */

#define MAX_NAME_WIDTH 32

/**
 * bh_cli_ps_get_role_label:
 * @process: what a sample has of a process
 *
 * Returns: (transfer none): what it is for, for people
 */
const char *
bh_cli_ps_get_role_label (GVariant *process)
{
  const char *role;

  g_return_val_if_fail (process != NULL, NULL);

  role = bh_cli_dict_get_string (process, "role");
  if (g_str_equal (role, "runner"))
    return C_("process", "Runner");
  if (g_str_equal (role, "web"))
    return C_("process", "Web page");
  if (g_str_equal (role, "network"))
    return C_("process", "Network");

  return C_("process", "Helper");
}

/**
 * bh_cli_ps_dup_name:
 * @entry: an entry of a sample
 *
 * Returns: (transfer full): the app's name, fit for a table
 */
char *
bh_cli_ps_dup_name (GVariant *entry)
{
  g_autofree char *name = bh_cli_text_clean (bh_cli_dict_get_string (entry, "name"));

  return *name != '\0' ? bh_cli_text_shorten (name, MAX_NAME_WIDTH) : g_strdup (BH_CLI_UNKNOWN);
}

/**
 * bh_cli_ps_dup_count:
 * @dict: an entry of a sample, or a process
 * @key: the key of a number
 *
 * Returns: (transfer full): the number
 */
char *
bh_cli_ps_dup_count (GVariant *dict, const char *key)
{
  guint64 value;

  return bh_cli_dict_get_count (dict, key, &value) ? g_strdup_printf ("%" G_GUINT64_FORMAT, value)
                                                   : g_strdup (BH_CLI_UNKNOWN);
}

/**
 * bh_cli_ps_dup_size:
 * @dict: an entry of a sample, or a process
 * @key: the key of a number of bytes
 *
 * Returns: (transfer full): the size
 */
char *
bh_cli_ps_dup_size (GVariant *dict, const char *key)
{
  guint64 bytes;

  return bh_cli_dict_get_count (dict, key, &bytes) ? bh_units_format_size (bytes)
                                                   : g_strdup (BH_CLI_UNKNOWN);
}

/**
 * bh_cli_ps_dup_disk:
 * @dict: an entry of a sample, or a process
 *
 * Returns: (transfer full): what was read from and written to the disk
 */
char *
bh_cli_ps_dup_disk (GVariant *dict)
{
  g_autofree char *read = bh_cli_ps_dup_size (dict, "disk-read");
  g_autofree char *written = bh_cli_ps_dup_size (dict, "disk-written");

  if (g_str_equal (read, BH_CLI_UNKNOWN) && g_str_equal (written, BH_CLI_UNKNOWN))
    return g_strdup (BH_CLI_UNKNOWN);

  /* Translators: bytes from and to the disk: “12.3 MiB read, 1.0 MiB written”. */
  return g_strdup_printf (_("%s read, %s written"), read, written);
}

/**
 * bh_cli_ps_dup_network:
 * @dict: an entry of a sample
 *
 * Returns: (transfer full): what was received and sent
 */
char *
bh_cli_ps_dup_network (GVariant *dict)
{
  g_autofree char *received = bh_cli_ps_dup_size (dict, "network-received");
  g_autofree char *sent = bh_cli_ps_dup_size (dict, "network-sent");

  if (g_str_equal (received, BH_CLI_UNKNOWN) && g_str_equal (sent, BH_CLI_UNKNOWN))
    return g_strdup (BH_CLI_UNKNOWN);

  /* Translators: bytes from and to the network: “12.3 MiB received, 1.0 MiB sent”. */
  return g_strdup_printf (_("%s received, %s sent"), received, sent);
}

/**
 * bh_cli_ps_dup_memory:
 * @dict: an entry of a sample, or a process
 *
 * Returns: (transfer full): its memory, with a mark when it is an estimate
 */
char *
bh_cli_ps_dup_memory (GVariant *dict)
{
  g_autofree char *size = bh_cli_ps_dup_size (dict, "memory");

  /* Translators: a size that is an estimate, such as “~ 12.3 MiB”. */
  if (g_str_equal (bh_cli_dict_get_string (dict, "memory-kind"), "resident")
      && !g_str_equal (size, BH_CLI_UNKNOWN))
    return g_strdup_printf (_("~ %s"), size);

  return g_steal_pointer (&size);
}

/**
 * bh_cli_ps_dup_cpu:
 * @dict: an entry of a sample, or a process
 *
 * Returns: (transfer full): its share of a core
 */
char *
bh_cli_ps_dup_cpu (GVariant *dict)
{
  double percent;

  if (!bh_cli_dict_get_number (dict, "cpu", &percent))
    return g_strdup (BH_CLI_UNKNOWN);

  /* Translators: a share of the processor, such as “12.5 %”. */
  return g_strdup_printf (_("%.1f %%"), percent);
}

/**
 * bh_cli_ps_dup_cpu_time:
 * @dict: an entry of a sample, or a process
 *
 * Returns: (transfer full): the processor time that it has used
 */
char *
bh_cli_ps_dup_cpu_time (GVariant *dict)
{
  guint64 used;

  return bh_cli_dict_get_count (dict, "cpu-time", &used) ? bh_limit_format (BH_LIMIT_CPU_TIME, used)
                                                         : g_strdup (BH_CLI_UNKNOWN);
}

/**
 * bh_cli_ps_dup_state:
 * @entry: an entry of a sample
 *
 * Returns: (transfer full): the app's state
 */
char *
bh_cli_ps_dup_state (GVariant *entry)
{
  const char *name = bh_cli_dict_get_string (entry, "state");
  gboolean pressed = FALSE;
  BhState state;

  if (bh_state_from_string (name, &state))
    name = bh_state_get_label (state);
  /* Translators: an app's state, and that it has passed its soft memory limit. */
  if (g_variant_lookup (entry, "pressed", "b", &pressed) && pressed)
    return g_strdup_printf (_("%s, much memory"), name);

  return g_strdup (name);
}

static char *
dup_uptime (GVariant *dict)
{
  double seconds;

  if (!bh_cli_dict_get_number (dict, "uptime", &seconds) || seconds < 0
      || seconds > (double) (G_MAXINT64 / G_USEC_PER_SEC - 1))
    return g_strdup (BH_CLI_UNKNOWN);

  /* The unit's zero would be one of milliseconds. */
  return bh_units_format_duration ((gint64) seconds * G_USEC_PER_SEC);
}

static char *
dup_reason (GVariant *entry)
{
  const char *name = bh_cli_dict_get_string (entry, "reason");
  BhReason reason;

  if (*name == '\0')
    return g_strdup (BH_CLI_UNKNOWN);

  return g_strdup (bh_reason_from_string (name, &reason) ? bh_reason_get_label (reason) : name);
}

static char *
dup_id (GVariant *entry)
{
  return g_strdup (bh_cli_dict_get_string (entry, "id"));
}

static char *
dup_process_name (GVariant *process)
{
  return g_strdup (bh_cli_dict_get_string (process, "name"));
}

static char *
dup_pid (GVariant *dict)
{
  return bh_cli_ps_dup_count (dict, "pid");
}

static char *
dup_restarts (GVariant *entry)
{
  return bh_cli_ps_dup_count (entry, "restarts");
}

static char *
dup_threads (GVariant *dict)
{
  return bh_cli_ps_dup_count (dict, "threads");
}

static char *
dup_descriptors (GVariant *dict)
{
  return bh_cli_ps_dup_count (dict, "descriptors");
}

static char *
dup_memory_peak (GVariant *dict)
{
  return bh_cli_ps_dup_size (dict, "memory-peak");
}

static char *
dup_swap (GVariant *dict)
{
  return bh_cli_ps_dup_size (dict, "swap");
}

static char *
dup_started (GVariant *dict)
{
  guint64 microseconds;

  return bh_cli_dict_get_count (dict, "started-at", &microseconds)
             ? bh_cli_time_format (microseconds, "%Y-%m-%d %H:%M:%S")
             : g_strdup (BH_CLI_UNKNOWN);
}

static char *
dup_process_state (GVariant *process)
{
  gboolean stopped = FALSE;

  g_variant_lookup (process, "stopped", "b", &stopped);

  return g_strdup (stopped ? C_("process", "Stopped") : "");
}

/* First those that are always shown. */
static const BhCliPsColumn columns[] = {
  { "id", N_("ID"), BH_CLI_ALIGN_START, dup_id, dup_process_name },
  { "state", N_("State"), BH_CLI_ALIGN_START, bh_cli_ps_dup_state, dup_process_state },
  { "pid", N_("PID"), BH_CLI_ALIGN_END, dup_pid, dup_pid },
  { "memory", N_("Memory"), BH_CLI_ALIGN_END, bh_cli_ps_dup_memory, bh_cli_ps_dup_memory },
  { "cpu", N_("CPU"), BH_CLI_ALIGN_END, bh_cli_ps_dup_cpu, bh_cli_ps_dup_cpu },
  { "restarts", N_("Restarts"), BH_CLI_ALIGN_END, dup_restarts, NULL },
  { "up-time", N_("Up time"), BH_CLI_ALIGN_END, dup_uptime, NULL },
  { "last-end", N_("Last end"), BH_CLI_ALIGN_START, dup_reason, NULL },
  { "memory-peak", N_("Peak memory"), BH_CLI_ALIGN_END, dup_memory_peak, dup_memory_peak },
  { "swap", N_("Swap"), BH_CLI_ALIGN_END, dup_swap, dup_swap },
  { "cpu-time", N_("CPU time"), BH_CLI_ALIGN_END, bh_cli_ps_dup_cpu_time, bh_cli_ps_dup_cpu_time },
  { "threads", N_("Threads"), BH_CLI_ALIGN_END, dup_threads, dup_threads },
  { "descriptors", N_("Descriptors"), BH_CLI_ALIGN_END, dup_descriptors, dup_descriptors },
  { "disk", N_("Disk"), BH_CLI_ALIGN_END, bh_cli_ps_dup_disk, bh_cli_ps_dup_disk },
  { "network", N_("Network"), BH_CLI_ALIGN_END, bh_cli_ps_dup_network, NULL },
  { "started", N_("Started"), BH_CLI_ALIGN_START, dup_started, dup_started },
};

#define N_DEFAULT 8

static GPtrArray *
take_first (guint n)
{
  GPtrArray *chosen = g_ptr_array_new ();

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (chosen, (gpointer) (gsize) &columns[i]);

  return chosen;
}

/**
 * bh_cli_ps_columns_new_default:
 *
 * Returns: (transfer container) (element-type BhCliPsColumn): the columns that are always shown
 */
GPtrArray *
bh_cli_ps_columns_new_default (void)
{
  return take_first (N_DEFAULT);
}

/**
 * bh_cli_ps_columns_new_wide:
 *
 * Returns: (transfer container) (element-type BhCliPsColumn): all columns
 */
GPtrArray *
bh_cli_ps_columns_new_wide (void)
{
  return take_first (G_N_ELEMENTS (columns));
}

static const BhCliPsColumn *
find_column (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    if (g_str_equal (columns[i].name, name))
      return &columns[i];

  return NULL;
}

static void
set_unknown (GError **error, const char *name)
{
  const char *names[G_N_ELEMENTS (columns)];
  g_autofree char *quoted = bh_text_quote (name);
  const char *similar;

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    names[i] = columns[i].name;
  similar = bh_text_suggest (name, names, G_N_ELEMENTS (names));
  if (similar != NULL)
    g_set_error (error, BH_ERROR, BH_ERROR_INVALID_VALUE,
                 _("there is no column %s; did you mean “%s”?"), quoted, similar);
  else
    g_set_error (error, BH_ERROR, BH_ERROR_INVALID_VALUE, _("there is no column %s"), quoted);
}

/**
 * bh_cli_ps_columns_parse:
 * @text: names of columns, separated by commas
 * @error: return location for an error
 *
 * Returns: (transfer container) (element-type BhCliPsColumn) (nullable): the columns in that order,
 *   or %NULL with %BH_ERROR_INVALID_VALUE when one is unknown
 */
GPtrArray *
bh_cli_ps_columns_parse (const char *text, GError **error)
{
  g_autoptr (GPtrArray) chosen = g_ptr_array_new ();
  g_auto (GStrv) names = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  names = g_strsplit (text, ",", -1);
  for (guint i = 0; names[i] != NULL; i++)
    {
      const BhCliPsColumn *column = find_column (g_strstrip (names[i]));

      if (column == NULL)
        {
          set_unknown (error, names[i]);
          return NULL;
        }
      g_ptr_array_add (chosen, (gpointer) (gsize) column);
    }

  return g_steal_pointer (&chosen);
}
