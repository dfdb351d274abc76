/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-instance-private.h"

#include "bh-lifecycle-log.h"

/*
 * What happens to an instance is told in one place: to the system's journal, and to the history
 * with the figures that are known.
 */

static void
add_figures (BhInstance *self, BhEvent *event)
{
  BhRun *run = self->run;
  BhInstanceRecord *record = bh_run_get_record (run);
  const BhProcessKey *runner = bh_run_get_runner (run);
  BhLimiter *limiter = bh_run_get_limiter (run);
  guint64 memory;
  gint64 used;

  event->instance = g_strdup (record->instance);
  /* Until it answers only bubblewrap's process around it is known. */
  if (runner != NULL && (event->kind != BH_EVENT_STARTED || !record->enclosed))
    event->pid = (guint) runner->pid;
  if (record->started_at > 0)
    event->uptime = MAX (event->time - record->started_at, 0);
  if (bh_limiter_read_memory (limiter, &memory) && memory > 0)
    event->memory = (gint64) memory;
  if (bh_limiter_get_used (limiter, &used))
    event->cpu_time = used;
}

/**
 * bh_instance_record:
 * @self: an instance
 * @kind: what happened to it
 * @reason: (nullable): a reason's name, where there is one
 * @detail: (nullable): more in plain words
 *
 * Tells the system's journal and the history.
 */
void
bh_instance_record (BhInstance *self, BhEventKind kind, const char *reason, const char *detail)
{
  g_autoptr (BhEvent) event = NULL;

  g_return_if_fail (BH_IS_INSTANCE (self));

  event = bh_event_new (kind, bh_clock_get_real_time (self->tools->clock));
  event->app = g_strdup (bh_app_id_get_uuid (self->id));
  event->name = g_strdup (self->name);
  event->reason = reason != NULL && *reason != '\0' ? g_strdup (reason) : NULL;
  event->detail = detail != NULL && *detail != '\0' ? g_strdup (detail) : NULL;
  if (self->run != NULL)
    add_figures (self, event);
  event->message = bh_event_describe (event);
  bh_lifecycle_log (event);
  if (self->tools->journal != NULL && kind != BH_EVENT_KILLED)
    bh_journal_record (self->tools->journal, event);
}

static void
on_run_happened (BhRun *run, guint kind, const char *detail, BhInstance *self)
{
  bh_instance_record (self, (BhEventKind) kind, NULL, detail);
}

/**
 * bh_instance_listen_to_happenings:
 * @self: an instance with a run
 *
 * Tells what the run says of itself.
 */
void
bh_instance_listen_to_happenings (BhInstance *self)
{
  g_signal_connect (self->run, "happened", G_CALLBACK (on_run_happened), self);
}

/**
 * bh_instance_set_growth:
 * @self: an instance
 * @growth: by how many bytes an hour its memory has grown steadily for hours, or 0
 * @news: whether nobody was told of it yet
 *
 * Marks the run as one that grows, or takes the mark away.
 */
void
bh_instance_set_growth (BhInstance *self, guint64 growth, gboolean news)
{
  gboolean before;

  g_return_if_fail (BH_IS_INSTANCE (self));

  /* What is heard of one that has just ended is of no use to the next. */
  if (self->run == NULL)
    growth = 0;
  if (self->growth == growth)
    return;
  before = self->growth > 0;
  self->growth = growth;
  if (growth > 0 && !before && news)
    {
      g_autofree char *detail = g_format_size_full (growth, G_FORMAT_SIZE_IEC_UNITS);

      bh_instance_record (self, BH_EVENT_GROWING, NULL, detail);
    }
  bh_instance_changed (self);
}

/**
 * bh_instance_get_growth:
 * @self: an instance
 *
 * Returns: by how many bytes an hour the run's memory has grown steadily for hours, or 0
 */
guint64
bh_instance_get_growth (BhInstance *self)
{
  g_return_val_if_fail (BH_IS_INSTANCE (self), 0);

  return self->growth;
}
