/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-top-item.h"

#include "bh-cli-dict.h"
#include "bh-cli-ps-columns.h"
#include "bh-cli-text.h"

#include "bh-limits.h"
#include "bh-limit-text.h"
#include "bh-state.h"

#include <glib/gi18n.h>

/*
 * From what a sample says of an app or a process to what `top` shows of it. There are many of them
 * each second, so a dictionary is walked once, not searched for each key.
 */

typedef enum {
  KEY_ACTIVITY,
  KEY_CPU,
  KEY_CPU_TIME,
  KEY_DISK_READ,
  KEY_DISK_WRITTEN,
  KEY_GROWING,
  KEY_ID,
  KEY_LIMITS,
  KEY_MEMORY,
  KEY_MEMORY_KIND,
  KEY_NAME,
  KEY_NETWORK_RECEIVED,
  KEY_NETWORK_SENT,
  KEY_PATH,
  KEY_PID,
  KEY_PRESSED,
  KEY_PROCESSES,
  KEY_REASON,
  KEY_ROLE,
  KEY_START_TIME,
  KEY_STARTED_AT,
  KEY_STATE,
  KEY_STOPPED,
  KEY_SUSPENDED,
  KEY_THREADS,
  KEY_UPTIME,
} Key;

static const char *const keys[] = {
  [KEY_ACTIVITY] = "activity",
  [KEY_CPU] = "cpu",
  [KEY_CPU_TIME] = "cpu-time",
  [KEY_DISK_READ] = "disk-read",
  [KEY_DISK_WRITTEN] = "disk-written",
  [KEY_GROWING] = "growing",
  [KEY_ID] = "id",
  [KEY_LIMITS] = "limits",
  [KEY_MEMORY] = "memory",
  [KEY_MEMORY_KIND] = "memory-kind",
  [KEY_NAME] = "name",
  [KEY_NETWORK_RECEIVED] = "network-received",
  [KEY_NETWORK_SENT] = "network-sent",
  [KEY_PATH] = "path",
  [KEY_PID] = "pid",
  [KEY_PRESSED] = "pressed",
  [KEY_PROCESSES] = "processes",
  [KEY_REASON] = "reason",
  [KEY_ROLE] = "role",
  [KEY_START_TIME] = "start-time",
  [KEY_STARTED_AT] = "started-at",
  [KEY_STATE] = "state",
  [KEY_STOPPED] = "stopped",
  [KEY_SUSPENDED] = "suspended",
  [KEY_THREADS] = "threads",
  [KEY_UPTIME] = "uptime",
};

typedef struct
{
  GVariant *values[G_N_ELEMENTS (keys)];
} Walk;

static void
walk (Walk *found, GVariant *dict)
{
  GVariantIter iter;
  const char *name;
  GVariant *value;

  *found = (Walk){ 0 };
  g_variant_iter_init (&iter, dict);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &value))
    {
      guint low = 0, high = G_N_ELEMENTS (keys);

      /* They are sorted. */
      while (low < high)
        {
          guint middle = (low + high) / 2;
          int order = g_strcmp0 (name, keys[middle]);

          if (order == 0 && found->values[middle] == NULL)
            found->values[middle] = g_steal_pointer (&value);
          if (order == 0)
            break;
          if (order < 0)
            high = middle;
          else
            low = middle + 1;
        }
      g_clear_pointer (&value, g_variant_unref);
    }
}

static void
walk_clear (Walk *found)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_clear_pointer (&found->values[i], g_variant_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Walk, walk_clear)

static gint64
get_count (const Walk *found, Key key)
{
  GVariant *value = found->values[key];

  if (value == NULL)
    return -1;
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64))
    return (gint64) MIN (g_variant_get_uint64 (value), (guint64) G_MAXINT64);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
    return g_variant_get_uint32 (value);

  return -1;
}

static double
get_number (const Walk *found, Key key)
{
  GVariant *value = found->values[key];

  return value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE)
             ? g_variant_get_double (value)
             : -1;
}

static const char *
get_text (const Walk *found, Key key)
{
  GVariant *value = found->values[key];

  return value != NULL
                 && (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING)
                     || g_variant_is_of_type (value, G_VARIANT_TYPE_OBJECT_PATH))
             ? g_variant_get_string (value, NULL)
             : "";
}

static gboolean
get_switch (const Walk *found, Key key)
{
  GVariant *value = found->values[key];

  return value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN)
         && g_variant_get_boolean (value);
}

static gint64
add_counts (const Walk *found, Key one, Key other)
{
  gint64 a = get_count (found, one);
  gint64 b = get_count (found, other);

  return a < 0 || b < 0 ? MAX (a, b) : a + b;
}

static void
fill_in (BhCliTopItem *self, const Walk *found)
{
  self->memory = get_count (found, KEY_MEMORY);
  self->is_estimated = g_str_equal (get_text (found, KEY_MEMORY_KIND), "resident");
  self->cpu = get_number (found, KEY_CPU);
  self->cpu_time = get_count (found, KEY_CPU_TIME);
  self->threads = get_count (found, KEY_THREADS);
  self->disk = add_counts (found, KEY_DISK_READ, KEY_DISK_WRITTEN);
  self->network = add_counts (found, KEY_NETWORK_RECEIVED, KEY_NETWORK_SENT);
  self->disk_rate = self->network_rate = -1;
  self->pid = get_count (found, KEY_PID);
  self->uptime = get_number (found, KEY_UPTIME);
  self->limit_share = -1;
}

static void
compare_limit (BhCliTopItem *self,
               GVariant *limits,
               BhLimitKinds kind,
               double used,
               const char *name)
{
  guint64 limit;

  if (used < 0 || !bh_cli_dict_get_count (limits, bh_limit_get_name (kind), &limit) || limit == 0
      || used / (double) limit <= self->limit_share)
    return;
  self->limit_share = used / (double) limit;
  self->limit = name;
}

static void
find_nearest_limit (BhCliTopItem *self, GVariant *limits)
{
  if (limits == NULL || !g_variant_is_of_type (limits, G_VARIANT_TYPE_VARDICT))
    return;
  /* Translators: at most three letters for the limits of memory, CPU, CPU time and threads. */
  compare_limit (self, limits, BH_LIMIT_MEMORY, (double) self->memory, C_("limit", "mem"));
  compare_limit (self, limits, BH_LIMIT_CPU, self->cpu, C_("limit", "cpu"));
  compare_limit (self, limits, BH_LIMIT_CPU_TIME, (double) self->cpu_time, C_("limit", "tim"));
  compare_limit (self, limits, BH_LIMIT_TASKS, (double) self->threads, C_("limit", "thr"));
}

/**
 * bh_cli_top_item_new_app:
 * @entry: an entry of Supervisor1.Sampled
 *
 * Returns: (transfer full): the app
 */
BhCliTopItem *
bh_cli_top_item_new_app (GVariant *entry)
{
  g_auto (Walk) found = { 0 };
  BhCliTopItem *self;

  g_return_val_if_fail (entry != NULL, NULL);

  self = g_new0 (BhCliTopItem, 1);
  walk (&found, entry);
  fill_in (self, &found);
  self->id = g_strdup (get_text (&found, KEY_ID));
  self->key = g_strdup (self->id);
  self->path = g_strdup (get_text (&found, KEY_PATH));
  self->name = bh_cli_text_clean (get_text (&found, KEY_NAME));
  if (*self->name == '\0')
    {
      g_free (self->name);
      self->name = bh_cli_text_clean (self->id);
    }
  self->state = g_strdup (get_text (&found, KEY_STATE));
  self->reason = g_strdup (get_text (&found, KEY_REASON));
  self->is_suspended = *get_text (&found, KEY_SUSPENDED) != '\0'
                       || g_str_equal (self->state, bh_state_to_string (BH_STATE_SUSPENDED));
  self->is_pressed = get_switch (&found, KEY_PRESSED);
  self->is_growing = get_switch (&found, KEY_GROWING);
  if (found.values[KEY_ACTIVITY] != NULL
      && g_variant_is_of_type (found.values[KEY_ACTIVITY], G_VARIANT_TYPE_STRING_ARRAY))
    self->activity = g_variant_dup_strv (found.values[KEY_ACTIVITY], NULL);
  find_nearest_limit (self, found.values[KEY_LIMITS]);
  if (found.values[KEY_PROCESSES] != NULL
      && g_variant_is_of_type (found.values[KEY_PROCESSES], G_VARIANT_TYPE ("aa{sv}")))
    {
      self->processes = g_steal_pointer (&found.values[KEY_PROCESSES]);
      self->n_processes = (guint) g_variant_n_children (self->processes);
    }

  return self;
}

/**
 * bh_cli_top_item_new_process:
 * @app: the app that it is of
 * @process: what Supervisor1.Sampled has of it
 *
 * Returns: (transfer full): the process
 */
BhCliTopItem *
bh_cli_top_item_new_process (const BhCliTopItem *app, GVariant *process)
{
  g_auto (Walk) found = { 0 };
  g_autofree char *name = NULL;
  BhCliTopItem *self;
  gint64 started_at;

  g_return_val_if_fail (app != NULL && process != NULL, NULL);

  self = g_new0 (BhCliTopItem, 1);
  walk (&found, process);
  fill_in (self, &found);
  self->is_process = TRUE;
  self->id = g_strdup (app->id);
  self->path = g_strdup (app->path);
  self->key = g_strdup_printf ("%s\n%" G_GINT64_FORMAT "\n%" G_GINT64_FORMAT, app->id, self->pid,
                               get_count (&found, KEY_START_TIME));
  name = bh_cli_text_clean (get_text (&found, KEY_NAME));
  /* Translators: what a process is for, and its own name. */
  self->name = *name != '\0'
                   ? g_strdup_printf (_("%s (%s)"), bh_cli_ps_get_role_label (process), name)
                   : g_strdup (bh_cli_ps_get_role_label (process));
  self->state = g_strdup ("");
  self->reason = g_strdup ("");
  self->is_suspended = get_switch (&found, KEY_STOPPED);
  started_at = get_count (&found, KEY_STARTED_AT);
  if (started_at > 0)
    self->uptime = MAX (0, (double) (g_get_real_time () - started_at) / G_USEC_PER_SEC);

  return self;
}

/**
 * bh_cli_top_item_free:
 * @self: (transfer full): an item
 */
void
bh_cli_top_item_free (BhCliTopItem *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->key);
  g_free (self->id);
  g_free (self->path);
  g_free (self->name);
  g_free (self->state);
  g_free (self->reason);
  g_strfreev (self->activity);
  g_clear_pointer (&self->processes, g_variant_unref);
  g_clear_pointer (&self->children, g_ptr_array_unref);
  g_free (self);
}

static void
free_item (gpointer data)
{
  bh_cli_top_item_free (data);
}

/**
 * bh_cli_top_item_load_children:
 * @self: an app
 *
 * Makes items of its processes, once.
 */
void
bh_cli_top_item_load_children (BhCliTopItem *self)
{
  g_return_if_fail (self != NULL);

  if (self->children != NULL)
    return;
  self->children = g_ptr_array_new_with_free_func (free_item);
  for (guint i = 0; i < self->n_processes; i++)
    {
      g_autoptr (GVariant) process = g_variant_get_child_value (self->processes, i);
      BhCliTopItem *child = bh_cli_top_item_new_process (self, process);

      child->is_last = i + 1 == self->n_processes;
      g_ptr_array_add (self->children, child);
    }
}

/**
 * bh_cli_top_item_is_running:
 * @self: an app
 *
 * Returns: whether it has a runner or other processes
 */
gboolean
bh_cli_top_item_is_running (const BhCliTopItem *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->pid > 0 || self->n_processes > 0;
}

/**
 * bh_cli_top_item_is_bad:
 * @self: an app
 *
 * Returns: whether somebody should look after it: it does not answer, crashed, or gave up
 */
gboolean
bh_cli_top_item_is_bad (const BhCliTopItem *self)
{
  BhState state;

  g_return_val_if_fail (self != NULL, FALSE);

  return bh_state_from_string (self->state, &state)
         && (state == BH_STATE_UNRESPONSIVE || state == BH_STATE_CRASHED
             || state == BH_STATE_BACKING_OFF || state == BH_STATE_FAILED);
}

/**
 * bh_cli_top_item_has_activity:
 * @self: an app
 * @activity: a word of App1.Activity
 *
 * Returns: whether it does that
 */
gboolean
bh_cli_top_item_has_activity (const BhCliTopItem *self, const char *activity)
{
  g_return_val_if_fail (self != NULL && activity != NULL, FALSE);

  return self->activity != NULL && g_strv_contains ((const char *const *) self->activity, activity);
}
