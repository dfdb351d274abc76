/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-task-figures.h"

#include <string.h>

/*
 * What the supervisor has measured, as plain numbers. There are thousands of entries each second,
 * so they are read in one go and without an allocation of ours; whatever is not as it should be
 * counts as not measured.
 */

enum {
  KEY_PATH = BH_N_TASK_FIGURES,
  KEY_ROLE,
  KEY_NAME,
  KEY_PID,
  KEY_START_TIME,
  KEY_STOPPED,
  KEY_PROCESSES,
  KEY_PROCESS_COUNT,
  KEY_MEMORY_KIND,
  N_KEYS,
};

static char keys[N_KEYS][24] = {
  [BH_TASK_FIGURE_MEMORY] = "memory",
  [BH_TASK_FIGURE_MEMORY_PEAK] = "memory-peak",
  [BH_TASK_FIGURE_SWAP] = "swap",
  [BH_TASK_FIGURE_CPU] = "cpu",
  [BH_TASK_FIGURE_CPU_TIME] = "cpu-time",
  [BH_TASK_FIGURE_THREADS] = "threads",
  [BH_TASK_FIGURE_DESCRIPTORS] = "descriptors",
  [BH_TASK_FIGURE_DISK_READ] = "disk-read",
  [BH_TASK_FIGURE_DISK_WRITTEN] = "disk-written",
  [BH_TASK_FIGURE_NETWORK_RECEIVED] = "network-received",
  [BH_TASK_FIGURE_NETWORK_SENT] = "network-sent",
  [BH_TASK_FIGURE_STARTED_AT] = "started-at",
  [BH_TASK_FIGURE_UPTIME] = "uptime",
  [BH_TASK_FIGURE_RESTARTS] = "restarts",
  [KEY_PATH] = "path",
  [KEY_ROLE] = "role",
  [KEY_NAME] = "name",
  [KEY_PID] = "pid",
  [KEY_START_TIME] = "start-time",
  [KEY_STOPPED] = "stopped",
  [KEY_PROCESSES] = "processes",
  [KEY_PROCESS_COUNT] = "process-count",
  [KEY_MEMORY_KIND] = "memory-kind",
};

static GHashTable *
get_key_table (void)
{
  static GHashTable *table;

  if (g_once_init_enter (&table))
    {
      GHashTable *filled = g_hash_table_new (g_str_hash, g_str_equal);

      for (guint i = 0; i < N_KEYS; i++)
        g_hash_table_insert (filled, keys[i], GUINT_TO_POINTER (i + 1));
      g_once_init_leave (&table, filled);
    }

  return table;
}

static gint64
read_number (GVariant *value)
{
  guint64 number;

  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64))
    number = g_variant_get_uint64 (value);
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
    number = g_variant_get_uint32 (value);
  else
    return BH_TASK_UNMEASURED;

  return number <= G_MAXINT64 ? (gint64) number : BH_TASK_UNMEASURED;
}

static gint64
read_scaled (GVariant *value, double scale, double rounding)
{
  double number;

  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE))
    return BH_TASK_UNMEASURED;

  number = g_variant_get_double (value) * scale;

  /* Written so that what is not a number is refused, too. */
  return number >= 0 && number < (double) (G_MAXINT64 / G_USEC_PER_SEC)
             ? (gint64) (number + rounding)
             : BH_TASK_UNMEASURED;
}

static const char *
read_memory_kind (GVariant *value)
{
  static const char *const kinds[] = { "cgroup", "pss", "resident" };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING)
        && g_str_equal (g_variant_get_string (value, NULL), kinds[i]))
      return kinds[i];

  return NULL;
}

static const char *
read_text (GVariant *value)
{
  /* It lives as long as the entry that it is in. */
  return g_variant_is_of_type (value, G_VARIANT_TYPE_STRING)
                 || g_variant_is_of_type (value, G_VARIANT_TYPE_OBJECT_PATH)
             ? g_variant_get_string (value, NULL)
             : NULL;
}

static void
read_key (BhTaskSample *self, guint key, GVariant *value)
{
  gint64 number;

  switch (key)
    {
    case BH_TASK_FIGURE_CPU:
      self->figures.values[key] = read_scaled (value, BH_TASK_CPU_UNIT, 0.5);
      break;
    case BH_TASK_FIGURE_UPTIME:
      /* Whole seconds that have passed. */
      self->figures.values[key] = read_scaled (value, 1, 0);
      break;
    case KEY_PATH:
      self->path = read_text (value);
      break;
    case KEY_ROLE:
      self->role = read_text (value);
      break;
    case KEY_NAME:
      self->name = read_text (value);
      break;
    case KEY_PID:
      number = read_number (value);
      self->pid = number > 0 && number <= G_MAXUINT ? (guint) number : 0;
      break;
    case KEY_START_TIME:
      number = read_number (value);
      self->start_time = number > 0 ? (guint64) number : 0;
      break;
    case KEY_STOPPED:
      self->stopped
          = g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN) && g_variant_get_boolean (value);
      break;
    case KEY_PROCESSES:
      if (self->processes == NULL && g_variant_is_of_type (value, G_VARIANT_TYPE ("aa{sv}")))
        self->processes = g_variant_ref (value);
      break;
    case KEY_PROCESS_COUNT:
      number = read_number (value);
      self->process_count = number > 0 && number <= G_MAXUINT ? (guint) number : 0;
      break;
    case KEY_MEMORY_KIND:
      self->figures.memory_kind = read_memory_kind (value);
      break;
    default:
      self->figures.values[key] = read_number (value);
      break;
    }
}

/**
 * bh_task_figures_init:
 * @self: (out): figures
 *
 * Says of all of them that they were not measured.
 */
void
bh_task_figures_init (BhTaskFigures *self)
{
  g_return_if_fail (self != NULL);

  for (guint i = 0; i < BH_N_TASK_FIGURES; i++)
    self->values[i] = BH_TASK_UNMEASURED;
  self->memory_kind = NULL;
}

/**
 * bh_task_sample_read:
 * @self: (out): what is read; to be cleared with bh_task_sample_clear() before @entry goes
 * @entry: an `a{sv}`, as Supervisor1.Sampled documents it
 *
 * Reads an entry. What is missing in it, or is not of its type, was not measured.
 */
void
bh_task_sample_read (BhTaskSample *self, GVariant *entry)
{
  GHashTable *table = get_key_table ();
  gsize n_entries;

  g_return_if_fail (self != NULL);
  g_return_if_fail (g_variant_is_of_type (entry, G_VARIANT_TYPE_VARDICT));

  memset (self, 0, sizeof *self);
  bh_task_figures_init (&self->figures);

  n_entries = g_variant_n_children (entry);
  for (gsize i = 0; i < n_entries; i++)
    {
      g_autoptr (GVariant) pair = g_variant_get_child_value (entry, i);
      g_autoptr (GVariant) name = g_variant_get_child_value (pair, 0);
      gpointer key = g_hash_table_lookup (table, g_variant_get_string (name, NULL));
      g_autoptr (GVariant) boxed = NULL;
      g_autoptr (GVariant) value = NULL;

      if (key == NULL)
        continue;

      boxed = g_variant_get_child_value (pair, 1);
      value = g_variant_get_variant (boxed);
      read_key (self, GPOINTER_TO_UINT (key) - 1, value);
    }
}

/**
 * bh_task_sample_clear:
 * @self: what was read
 *
 * Lets go of what it holds.
 */
void
bh_task_sample_clear (BhTaskSample *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->processes, g_variant_unref);
}
