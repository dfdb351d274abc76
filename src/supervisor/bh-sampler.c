/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-sampler.h"

#include "bh-gtop.h"

#include <unistd.h>

/*
 * Measures instances. Memory is what the kernel counts for the instance's cgroup where it has one
 * of its own, which is also what its limits are compared with. Otherwise, and of each process, it
 * is the proportional set size (PSS), which adds up: a page that N processes share counts 1/N in
 * each. Reading it costs about 1 ms a process, so a periodic sample reads it for as many processes
 * as its budget allows, the one with the oldest figure first, and moves the others' last figure by
 * what their resident-minus-shared memory has changed since, which costs microseconds. A process
 * without any exact figure yet makes the app's figure "resident".
 */

typedef struct
{
  guint64 cpu_time; /* ticks at the last sample */
  gint64 sampled_at;
  guint64 pss; /* bytes, when exact_at is not 0 */
  guint64 private_then;
  gint64 exact_at;
  gboolean seen;
} History;

struct _BhSampler
{
  GObject parent_instance;

  BhClock *clock;
  BhProcessScanner *scanner;
  GHashTable *histories; /* "PID:START" → History */
  gint64 budget_end;
  gint64 now;
  double ticks_per_second;
};

G_DEFINE_FINAL_TYPE (BhSampler, bh_sampler, G_TYPE_OBJECT)

static void
bh_sampler_finalize (GObject *object)
{
  BhSampler *self = BH_SAMPLER (object);

  g_clear_pointer (&self->histories, g_hash_table_unref);
  g_clear_object (&self->scanner);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (bh_sampler_parent_class)->finalize (object);
}

static void
bh_sampler_class_init (BhSamplerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = bh_sampler_finalize;
}

static void
bh_sampler_init (BhSampler *self)
{
  self->histories = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->ticks_per_second = (double) sysconf (_SC_CLK_TCK);
}

/**
 * bh_sampler_new:
 * @clock: tells the time between samples
 * @scanner: finds processes
 *
 * Returns: (transfer full): a sampler
 */
BhSampler *
bh_sampler_new (BhClock *clock, BhProcessScanner *scanner)
{
  BhSampler *self = g_object_new (BH_TYPE_SAMPLER, NULL);

  self->clock = g_object_ref (clock);
  self->scanner = g_object_ref (scanner);

  return self;
}

/**
 * bh_sampler_begin:
 * @self: a sampler
 * @budget: microseconds to spend on exact figures, or -1 for as many as it takes
 *
 * Begins a sample: reads which processes there are.
 */
void
bh_sampler_begin (BhSampler *self, gint64 budget)
{
  GHashTableIter iter;
  gpointer value;

  g_return_if_fail (BH_IS_SAMPLER (self));

  bh_process_scanner_refresh (self->scanner);
  self->now = bh_clock_get_time (self->clock);
  self->budget_end = budget < 0 ? G_MAXINT64 : g_get_monotonic_time () + budget;
  g_hash_table_iter_init (&iter, self->histories);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    ((History *) value)->seen = FALSE;
}

static History *
get_history (BhSampler *self, const BhProcStat *stat, gboolean *fresh)
{
  g_autofree char *key
      = g_strdup_printf ("%d:%" G_GUINT64_FORMAT, (int) stat->pid, stat->start_time);
  History *history = g_hash_table_lookup (self->histories, key);

  *fresh = history == NULL;
  if (history == NULL)
    {
      history = g_new0 (History, 1);
      g_hash_table_insert (self->histories, g_steal_pointer (&key), history);
    }
  history->seen = TRUE;

  return history;
}

/* Whether the figure is proportional, and so adds up. */
static gboolean
measure_memory (BhSampler *self,
                const BhProcStat *stat,
                History *history,
                guint64 *memory,
                gboolean *measured)
{
  guint64 resident, shared, own = 0;

  *measured = bh_gtop_get_memory (stat->pid, &resident, &shared);
  if (*measured)
    own = resident > shared ? resident - shared : 0;

  if (g_get_monotonic_time () < self->budget_end && bh_process_read_pss (stat->pid, &history->pss))
    {
      history->exact_at = self->now;
      history->private_then = own;
      *memory = history->pss;
      *measured = TRUE;
      return TRUE;
    }
  if (*measured && history->exact_at != 0)
    {
      gint64 moved = (gint64) history->pss + (gint64) own - (gint64) history->private_then;

      *memory = (guint64) MAX (moved, 0);
      return TRUE;
    }
  *memory = own;

  return FALSE;
}

typedef struct
{
  guint index;
  gint64 exact_at;
} Turn;

static int
compare_turns (gconstpointer a, gconstpointer b)
{
  const Turn *left = a;
  const Turn *right = b;

  return left->exact_at < right->exact_at ? -1 : left->exact_at > right->exact_at;
}

/* The order in which processes are measured: the oldest exact figure first. */
static GArray *
order_by_age (BhSampler *self, GArray *processes)
{
  GArray *turns = g_array_new (FALSE, FALSE, sizeof (Turn));

  for (guint i = 0; i < processes->len; i++)
    {
      const BhProcStat *stat = &g_array_index (processes, BhProcStat, i);
      g_autofree char *key
          = g_strdup_printf ("%d:%" G_GUINT64_FORMAT, (int) stat->pid, stat->start_time);
      History *history = g_hash_table_lookup (self->histories, key);
      Turn turn = { .index = i, .exact_at = history != NULL ? history->exact_at : 0 };

      g_array_append_val (turns, turn);
    }
  g_array_sort (turns, compare_turns);

  return turns;
}

static void
add_limits (GVariantDict *app, BhInstance *instance, BhRun *run)
{
  BhLimits *limits = bh_instance_get_limits (instance);
  gint64 used;

  if (limits != NULL)
    g_variant_dict_insert_value (app, "limits",
                                 bh_limits_to_dict (limits, bh_limits_get_kinds (limits)));
  g_variant_dict_insert (app, "pressed", "b",
                         (bh_instance_get_pressed (instance) & BH_LIMIT_MEMORY_HIGH) != 0);
  if (run == NULL)
    return;
  g_variant_dict_insert_value (app, "limits-held-by",
                               bh_limiter_dup_holders (bh_run_get_limiter (run)));
  if (bh_limiter_get_used (bh_run_get_limiter (run), &used))
    g_variant_dict_insert (app, "cpu-time", "t", (guint64) used);
}

/**
 * bh_sampler_sample:
 * @self: a sampler, after bh_sampler_begin()
 * @instance: what to measure
 * @name: the app's name, for people
 *
 * Returns: (transfer floating): an entry a{sv} as Supervisor1.Sampled has it
 */
GVariant *
bh_sampler_sample (BhSampler *self, BhInstance *instance, const char *name)
{
  BhRun *run = bh_instance_get_run (instance);
  const BhProcessKey *runner = run != NULL ? bh_run_get_runner (run) : NULL;
  BhAppId *id = bh_instance_get_id (instance);
  g_autoptr (GArray) processes
      = run != NULL ? bh_run_find_processes (run) : g_array_new (FALSE, FALSE, sizeof (BhProcStat));
  g_autoptr (GArray) turns = order_by_age (self, processes);
  g_autofree GVariant **entries = g_new0 (GVariant *, processes->len + 1);
  g_auto (GVariantDict) app = G_VARIANT_DICT_INIT (NULL);
  gboolean all_pss = TRUE, any_memory = FALSE, any_cpu = FALSE;
  guint64 total_memory = 0, counted;
  guint threads = 0;
  double total_cpu = 0;

  g_return_val_if_fail (BH_IS_SAMPLER (self), NULL);

  for (guint i = 0; i < turns->len; i++)
    {
      guint index = g_array_index (turns, Turn, i).index;
      const BhProcStat *stat = &g_array_index (processes, BhProcStat, index);
      g_auto (GVariantDict) entry = G_VARIANT_DICT_INIT (NULL);
      gboolean fresh, measured, pss;
      History *history = get_history (self, stat, &fresh);
      guint64 memory;

      pss = measure_memory (self, stat, history, &memory, &measured);
      g_variant_dict_insert (&entry, "pid", "u", (guint32) stat->pid);
      g_variant_dict_insert (&entry, "start-time", "t", stat->start_time);
      g_variant_dict_insert (&entry, "role", "s", bh_role_to_string (bh_role_of (stat, runner)));
      g_variant_dict_insert_value (&entry, "name",
                                   g_variant_new_take_string (g_utf8_make_valid (stat->name, -1)));
      g_variant_dict_insert (&entry, "threads", "u", stat->threads);
      threads += stat->threads;
      if (measured)
        {
          g_variant_dict_insert (&entry, "memory", "t", memory);
          g_variant_dict_insert (&entry, "memory-kind", "s", pss ? "pss" : "resident");
          total_memory += memory;
          any_memory = TRUE;
          all_pss = all_pss && pss;
        }
      if (!fresh && self->now > history->sampled_at && stat->cpu_time >= history->cpu_time)
        {
          double seconds = (double) (self->now - history->sampled_at) / G_USEC_PER_SEC;
          double cpu = (double) (stat->cpu_time - history->cpu_time) / self->ticks_per_second
                       / seconds * 100.0;

          g_variant_dict_insert (&entry, "cpu", "d", cpu);
          total_cpu += cpu;
          any_cpu = TRUE;
        }
      history->cpu_time = stat->cpu_time;
      history->sampled_at = self->now;
      entries[index] = g_variant_dict_end (&entry);
    }

  g_variant_dict_insert (&app, "id", "s", bh_app_id_get_uuid (id));
  g_variant_dict_insert (&app, "path", "o", bh_app_id_get_object_path (id));
  g_variant_dict_insert (&app, "name", "s", name);
  g_variant_dict_insert (&app, "state", "s", bh_state_to_string (bh_instance_get_state (instance)));
  g_variant_dict_insert (&app, "reason", "s",
                         bh_reason_to_string (bh_instance_get_reason (instance)));
  g_variant_dict_insert (&app, "restarts", "u", bh_instance_get_restarts (instance));
  if (runner != NULL)
    g_variant_dict_insert (&app, "pid", "u", (guint32) runner->pid);
  if (run != NULL)
    g_variant_dict_insert (&app, "uptime", "d",
                           (double) MAX (g_get_real_time () - bh_run_get_record (run)->started_at,
                                         0)
                               / G_USEC_PER_SEC);
  if (run != NULL && bh_limiter_read_memory (bh_run_get_limiter (run), &counted))
    {
      g_variant_dict_insert (&app, "memory", "t", counted);
      g_variant_dict_insert (&app, "memory-kind", "s", "cgroup");
    }
  else if (any_memory)
    {
      g_variant_dict_insert (&app, "memory", "t", total_memory);
      g_variant_dict_insert (&app, "memory-kind", "s", all_pss ? "pss" : "resident");
    }
  if (any_cpu)
    g_variant_dict_insert (&app, "cpu", "d", total_cpu);
  if (threads > 0)
    g_variant_dict_insert (&app, "threads", "u", threads);
  add_limits (&app, instance, run);
  g_variant_dict_insert_value (
      &app, "processes", g_variant_new_array (G_VARIANT_TYPE_VARDICT, entries, processes->len));

  return g_variant_dict_end (&app);
}

/**
 * bh_sampler_end:
 * @self: a sampler
 *
 * Ends a sample: forgets processes that are gone.
 */
void
bh_sampler_end (BhSampler *self)
{
  GHashTableIter iter;
  gpointer value;

  g_return_if_fail (BH_IS_SAMPLER (self));

  g_hash_table_iter_init (&iter, self->histories);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (!((History *) value)->seen)
      g_hash_table_iter_remove (&iter);
}
