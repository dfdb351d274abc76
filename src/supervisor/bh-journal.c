/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-journal-private.h"

#include "bh-lifecycle-log.h"

#include <glib/gi18n.h>

/*
 * The history: what has happened to apps and what they cost. What is recorded is told at once, kept
 * here, and written in batches, at most one a minute in quiet times; see docs/history.md for what
 * that means when the service is killed. Whoever reads gets what is in the file and what is on its
 * way there.
 *
 * While the file can't be used what would be written is kept, up to a bound, and written when it
 * can be again. An event has its number from here, and the first one from the file: until that is
 * open, events wait.
 */

/* What was last known of an instance. */
typedef struct
{
  gint64 memory;
  gint64 memory_peak;
  gint64 cpu_time;
} Figures;

enum {
  RECORDED,
  TROUBLE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void schedule (BhJournal *self);

G_DEFINE_FINAL_TYPE (BhJournal, bh_journal, G_TYPE_OBJECT)

static GArray *
new_points (void)
{
  GArray *points = g_array_new (FALSE, FALSE, sizeof (BhJournalPoint));

  g_array_set_clear_func (points, (GDestroyNotify) bh_journal_point_clear);

  return points;
}

static GPtrArray *
new_events (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) bh_event_unref);
}

static void
set_trouble (BhJournal *self, const char *trouble)
{
  /* What was lost stays true as long as nothing worse is. */
  if (trouble == NULL)
    trouble = self->lost != NULL ? self->lost : "";
  if (g_str_equal (self->trouble, trouble))
    return;
  g_free (self->trouble);
  self->trouble = g_strdup (trouble);
  /* That was told when it happened. */
  if (*trouble != '\0' && g_strcmp0 (trouble, self->lost) != 0)
    g_message ("%s", trouble);
  g_signal_emit (self, signals[TROUBLE], 0);
}

static void
number (BhJournal *self, BhEvent *event)
{
  event->number = ++self->last_number;
  if (self->recording)
    {
      g_ptr_array_add (self->events, bh_event_ref (event));
      if (self->events->len > BH_JOURNAL_KEPT_EVENTS)
        {
          g_ptr_array_remove_index (self->events, 0);
          self->dropped++;
        }
      schedule (self);
    }
  g_signal_emit (self, signals[RECORDED], 0, event);
}

static void
tell_lost (BhJournal *self, const char *message)
{
  g_autoptr (BhEvent) event
      = bh_event_new (BH_EVENT_HISTORY_LOST, bh_clock_get_real_time (self->clock));

  event->message = g_strdup (message);
  bh_lifecycle_log (event);
  bh_journal_record (self, event);
}

static void
take_lost (BhJournal *self, BhJournalStatus *status)
{
  if (status->lost == NULL)
    return;
  g_free (self->lost);
  self->lost = g_steal_pointer (&status->lost);
  tell_lost (self, self->lost);
}

static void
on_open_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BhJournal) self = BH_JOURNAL (user_data);
  BhJournalStatus status;
  BhEvent *event;

  bh_journal_worker_open_finish (result, &status);
  self->opened = TRUE;
  self->forsaken = status.forsaken;
  self->last_number = MAX (self->last_number, status.last_number);
  take_lost (self, &status);
  set_trouble (self, status.trouble);
  while ((event = g_queue_pop_head (&self->unnumbered)) != NULL)
    {
      number (self, event);
      bh_event_unref (event);
    }
  bh_journal_status_clear (&status);
}

static void
give_back (BhJournal *self)
{
  g_autoptr (GPtrArray) events = g_steal_pointer (&self->written);
  g_autoptr (GArray) points = g_steal_pointer (&self->written_points);
  GPtrArray *later = g_steal_pointer (&self->events);
  GArray *later_points = g_steal_pointer (&self->points);

  g_ptr_array_extend_and_steal (events, later);
  g_array_append_vals (points, later_points->data, later_points->len);
  /* What they hold has been moved. */
  g_array_set_clear_func (later_points, NULL);
  g_array_unref (later_points);
  if (events->len > BH_JOURNAL_KEPT_EVENTS)
    {
      self->dropped += events->len - BH_JOURNAL_KEPT_EVENTS;
      g_ptr_array_remove_range (events, 0, events->len - BH_JOURNAL_KEPT_EVENTS);
    }
  if (points->len > BH_JOURNAL_KEPT_POINTS)
    g_array_remove_range (points, 0, points->len - BH_JOURNAL_KEPT_POINTS);
  self->events = g_steal_pointer (&events);
  self->points = g_steal_pointer (&points);
}

static void
on_write_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BhJournal) self = BH_JOURNAL (user_data);
  BhJournalStatus status;
  gboolean done = bh_journal_worker_write_finish (result, &status);

  /* It is closed. */
  if (self->written == NULL)
    {
      bh_journal_status_clear (&status);
      return;
    }
  self->last_number = MAX (self->last_number, status.last_number);
  if (done)
    {
      g_clear_pointer (&self->written, g_ptr_array_unref);
      g_clear_pointer (&self->written_points, g_array_unref);
    }
  else
    {
      self->forsaken = self->forsaken || status.forsaken;
      give_back (self);
    }
  take_lost (self, &status);
  set_trouble (self, status.trouble);
  if (done && self->dropped > 0)
    {
      g_autofree char *message
          = g_strdup_printf (g_dngettext (NULL, "%u event could not be kept",
                                          "%u events could not be kept", self->dropped),
                             self->dropped);

      self->dropped = 0;
      tell_lost (self, message);
    }
  schedule (self);
  bh_journal_status_clear (&status);
}

static gboolean
has_work (BhJournal *self)
{
  return self->worker != NULL && !self->forsaken
         && (self->events->len > 0 || self->points->len > 0);
}

static void
write_now (BhJournal *self)
{
  bh_clock_clear_timer (self->clock, &self->timer);
  self->wrote_at = bh_clock_get_time (self->clock);
  self->written = g_steal_pointer (&self->events);
  self->written_points = g_steal_pointer (&self->points);
  self->events = new_events ();
  self->points = new_points ();
  bh_journal_worker_write_async (self->worker, self->written, self->written_points,
                                 bh_clock_get_real_time (self->clock), on_write_ready,
                                 g_object_ref (self));
}

static gboolean
on_write_due (gpointer user_data)
{
  BhJournal *self = BH_JOURNAL (user_data);

  self->timer = 0;
  write_now (self);

  return G_SOURCE_REMOVE;
}

/* Sees to it that what there is to write is written in time. */
static void
schedule (BhJournal *self)
{
  gint64 now, wait;

  if (self->written != NULL || !has_work (self))
    return;
  /* As long as there is trouble the usual pace is often enough. */
  if (self->events->len >= BH_JOURNAL_BURST && *self->trouble == '\0')
    {
      write_now (self);
      return;
    }
  if (self->timer != 0)
    return;
  now = bh_clock_get_time (self->clock);
  wait = BH_JOURNAL_GATHER;
  if (self->wrote_at != G_MININT64)
    wait = MAX (wait, BH_JOURNAL_INTERVAL - (now - self->wrote_at) / G_TIME_SPAN_MILLISECOND);
  self->timer = bh_clock_add_timer (self->clock, (guint) wait, on_write_due, self);
}

static void
bh_journal_dispose (GObject *object)
{
  bh_journal_close (BH_JOURNAL (object));

  G_OBJECT_CLASS (bh_journal_parent_class)->dispose (object);
}

static void
bh_journal_finalize (GObject *object)
{
  BhJournal *self = BH_JOURNAL (object);

  g_queue_clear_full (&self->unnumbered, (GDestroyNotify) bh_event_unref);
  g_clear_pointer (&self->events, g_ptr_array_unref);
  g_clear_pointer (&self->points, g_array_unref);
  g_clear_pointer (&self->figures, g_hash_table_unref);
  g_free (self->trouble);
  g_free (self->lost);
  g_free (self->path);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (bh_journal_parent_class)->finalize (object);
}

static void
bh_journal_class_init (BhJournalClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = bh_journal_dispose;
  object_class->finalize = bh_journal_finalize;

  /**
   * BhJournal::recorded:
   * @self: the journal
   * @event: a #BhEvent
   *
   * An event has got its number. It may not have been written yet.
   */
  signals[RECORDED] = g_signal_new ("recorded", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, BH_TYPE_EVENT | G_SIGNAL_TYPE_STATIC_SCOPE);

  /**
   * BhJournal::trouble:
   *
   * bh_journal_get_trouble() tells something else now.
   */
  signals[TROUBLE]
      = g_signal_new ("trouble", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_journal_init (BhJournal *self)
{
  g_queue_init (&self->unnumbered);
  self->events = new_events ();
  self->points = new_points ();
  self->trouble = g_strdup ("");
  self->figures = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->recording = TRUE;
  self->wrote_at = G_MININT64;
}

/**
 * bh_journal_new:
 * @clock: time and timers
 * @path: the absolute path of the file
 *
 * Returns: (transfer full): a journal that keeps all in memory until bh_journal_open()
 */
BhJournal *
bh_journal_new (BhClock *clock, const char *path)
{
  BhJournal *self;

  g_return_val_if_fail (BH_IS_CLOCK (clock) && path != NULL, NULL);

  self = g_object_new (BH_TYPE_JOURNAL, NULL);
  self->clock = g_object_ref (clock);
  self->path = g_strdup (path);

  return self;
}

/**
 * bh_journal_open:
 * @self: a journal that is not open
 *
 * Begins to read and write the file.
 */
void
bh_journal_open (BhJournal *self)
{
  g_return_if_fail (BH_IS_JOURNAL (self) && self->worker == NULL);

  self->worker = bh_journal_worker_new (self->path);
  bh_journal_worker_open_async (self->worker, bh_clock_get_real_time (self->clock), on_open_ready,
                                g_object_ref (self));
}

/* What has no number yet gets one in the file, or here when that never came to be. */
static void
number_all (BhJournal *self)
{
  BhEvent *event;

  while ((event = g_queue_pop_head (&self->unnumbered)) != NULL)
    {
      if (self->recording)
        g_ptr_array_add (self->events, bh_event_ref (event));
      bh_event_unref (event);
    }
}

/**
 * bh_journal_close:
 * @self: a journal
 *
 * Writes what there is to write and closes the file; returns when that is done.
 */
void
bh_journal_close (BhJournal *self)
{
  g_autoptr (BhJournalWorker) worker = NULL;

  g_return_if_fail (BH_IS_JOURNAL (self));

  if (self->clock != NULL)
    bh_clock_clear_timer (self->clock, &self->timer);
  if (self->worker == NULL)
    return;
  number_all (self);
  if (has_work (self))
    bh_journal_worker_write_async (self->worker, self->events, self->points,
                                   bh_clock_get_real_time (self->clock), on_write_ready,
                                   g_object_ref (self));
  worker = g_steal_pointer (&self->worker);
  g_clear_pointer (&self->written, g_ptr_array_unref);
  g_clear_pointer (&self->written_points, g_array_unref);
  bh_journal_worker_stop (worker);
}

/**
 * bh_journal_is_open:
 * @self: a journal
 *
 * Returns: whether it reads and writes its file
 */
gboolean
bh_journal_is_open (BhJournal *self)
{
  g_return_val_if_fail (BH_IS_JOURNAL (self), FALSE);

  return self->worker != NULL;
}

/**
 * bh_journal_set_recording:
 * @self: a journal
 * @recording: whether what happens is kept
 *
 * Without it events are told, but not kept. What was kept before stays.
 */
void
bh_journal_set_recording (BhJournal *self, gboolean recording)
{
  g_return_if_fail (BH_IS_JOURNAL (self));

  self->recording = recording;
}

/**
 * bh_journal_set_figures:
 * @self: a journal
 * @app: the app's id
 * @memory: bytes of its instance, or -1
 * @memory_peak: the most that it was as the kernel counted it, or -1
 * @cpu_time: microseconds, or -1
 *
 * Takes what an instance was just seen to cost, for the events that follow. It is forgotten when
 * another one starts.
 */
void
bh_journal_set_figures (BhJournal *self,
                        const char *app,
                        gint64 memory,
                        gint64 memory_peak,
                        gint64 cpu_time)
{
  Figures *figures;

  g_return_if_fail (BH_IS_JOURNAL (self) && app != NULL);

  figures = g_hash_table_lookup (self->figures, app);
  if (figures == NULL)
    {
      figures = g_new (Figures, 1);
      *figures = (Figures){ .memory = -1, .memory_peak = -1, .cpu_time = -1 };
      g_hash_table_insert (self->figures, g_strdup (app), figures);
    }
  figures->memory = memory;
  figures->memory_peak = MAX (figures->memory_peak, MAX (memory, memory_peak));
  figures->cpu_time = MAX (figures->cpu_time, cpu_time);
}

/* What the event does not know better. */
static void
add_figures (BhJournal *self, BhEvent *event)
{
  Figures *figures = event->app != NULL ? g_hash_table_lookup (self->figures, event->app) : NULL;

  if (event->kind == BH_EVENT_STARTED && figures != NULL)
    {
      g_hash_table_remove (self->figures, event->app);
      return;
    }
  if (figures == NULL || event->instance == NULL)
    return;
  figures->memory_peak = MAX (figures->memory_peak, event->memory);
  if (event->memory < 0)
    event->memory = figures->memory;
  if (event->memory_peak < 0)
    event->memory_peak = figures->memory_peak;
  event->cpu_time = MAX (event->cpu_time, figures->cpu_time);
}

/**
 * bh_journal_record:
 * @self: a journal
 * @event: an event, which is not changed any more but for its number
 *
 * Keeps an event and tells it.
 */
void
bh_journal_record (BhJournal *self, BhEvent *event)
{
  g_return_if_fail (BH_IS_JOURNAL (self) && event != NULL);

  add_figures (self, event);
  if (event->message == NULL)
    event->message = bh_event_describe (event);
  if (self->opened)
    number (self, event);
  else if (g_queue_get_length (&self->unnumbered) < BH_JOURNAL_KEPT_EVENTS)
    g_queue_push_tail (&self->unnumbered, bh_event_ref (event));
}

/**
 * bh_journal_add_point:
 * @self: a journal
 * @app: the app's id
 * @point: a minute of it
 *
 * Keeps what an app has cost in a minute.
 */
void
bh_journal_add_point (BhJournal *self, const char *app, const BhPoint *point)
{
  BhJournalPoint entry;

  g_return_if_fail (BH_IS_JOURNAL (self) && app != NULL && point != NULL);

  if (!self->recording)
    return;
  entry.app = g_strdup (app);
  entry.point = *point;
  g_array_append_val (self->points, entry);
  if (self->points->len > BH_JOURNAL_KEPT_POINTS)
    g_array_remove_index (self->points, 0);
  schedule (self);
}

/**
 * bh_journal_get_path:
 * @self: a journal
 *
 * Returns: (transfer none): the absolute path of its file
 */
const char *
bh_journal_get_path (BhJournal *self)
{
  g_return_val_if_fail (BH_IS_JOURNAL (self), NULL);

  return self->path;
}

/**
 * bh_journal_get_trouble:
 * @self: a journal
 *
 * Returns: (transfer none): why something was lost or can't be kept now, in a sentence, or ""
 */
const char *
bh_journal_get_trouble (BhJournal *self)
{
  g_return_val_if_fail (BH_IS_JOURNAL (self), NULL);

  return self->trouble;
}
