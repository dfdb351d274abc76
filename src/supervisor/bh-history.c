/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-history.h"

#include "bh-leak-watch.h"
#include "bh-recent.h"

/*
 * What apps cost, from samples to the minutes that the journal keeps. While somebody watches every
 * sample counts; otherwise there is one at the end of each minute, by a timer that runs only while
 * apps do and a history is kept.
 *
 * An instance that a former supervisor has started has a past in the journal, from which the watch
 * for leaks takes up.
 */

/* Microseconds after the end of a minute at which the timer is due, and within which its sample
 * counts for the minute that has ended. */
#define AFTER_MINUTE (20 * G_TIME_SPAN_MILLISECOND)
#define LATE         (5 * G_TIME_SPAN_SECOND)

/* A sample that is not older does for the end of a minute. */
#define FRESH (2 * G_TIME_SPAN_SECOND)

/* Microseconds that the timer's sample may take for exact figures: nobody shall notice it. */
#define BUDGET 30000

/* Two figures of when an instance started that are not further apart mean the same one. */
#define SAME_START (2 * G_TIME_SPAN_SECOND)

/* An instance that is older when it is first seen has a past. */
#define PAST (2 * G_TIME_SPAN_MINUTE)

/* How far back the watch for leaks looks. */
#define LEAK_SPAN (13 * G_TIME_SPAN_HOUR)

typedef struct
{
  char *id;
  gint64 started_at; /* microseconds since 1970, 0 when it is not known */
  gboolean exact;    /* its memory has been measured better than as resident */
  BhGather gather;
  BhRecent *recent;
  BhLeakWatch *leak;
} App;

struct _BhHistory
{
  GObject parent_instance;

  BhClock *clock;
  BhJournal *journal;
  BhMeasure measure;
  gpointer user_data;
  BhSampleBase *base;
  GPtrArray *nobody; /* no app whose processes are to be told of */
  GHashTable *apps;  /* id → App */
  gboolean active;
  guint timer;
  gint64 due;      /* the end of the minute that the timer is for */
  gint64 taken_at; /* the last sample */
  gboolean ending; /* the sample under way is for the end of a minute */
};

enum {
  GROWING,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void schedule (BhHistory *self);

G_DEFINE_FINAL_TYPE (BhHistory, bh_history, G_TYPE_OBJECT)

static void
app_free (App *app)
{
  g_clear_pointer (&app->leak, bh_leak_watch_free);
  bh_recent_free (app->recent);
  g_free (app->id);
  g_free (app);
}

static App *
get_app (BhHistory *self, const char *id)
{
  App *app = g_hash_table_lookup (self->apps, id);

  if (app == NULL)
    {
      app = g_new0 (App, 1);
      app->id = g_strdup (id);
      app->recent = bh_recent_new ();
      bh_gather_init (&app->gather);
      g_hash_table_insert (self->apps, app->id, app);
    }

  return app;
}

static void
tell_growth (BhHistory *self, App *app, gboolean news)
{
  g_signal_emit (self, signals[GROWING], 0, app->id,
                 app->leak != NULL ? bh_leak_watch_get_growth (app->leak) : 0, news);
}

static void
watch_leak (BhHistory *self, App *app, const BhPoint *point)
{
  if (app->leak == NULL)
    return;
  /* As long as it grows the figure moves on. */
  if (bh_leak_watch_add (app->leak, point->time, point->memory_min)
      || bh_leak_watch_is_growing (app->leak))
    tell_growth (self, app, TRUE);
}

static void
keep (BhHistory *self, App *app, const BhPoint *point)
{
  bh_journal_add_point (self->journal, app->id, point);
  watch_leak (self, app, point);
}

typedef struct
{
  BhHistory *history;
  char *id;
  gint64 started_at;
} Past;

static void
on_past_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Past *past = user_data;
  g_autoptr (BhHistory) self = past->history;
  g_autofree char *id = past->id;
  gint64 started_at = past->started_at;
  guint resolution;
  g_autoptr (GArray) points
      = bh_journal_read_points_finish (BH_JOURNAL (source), result, &resolution, NULL);
  App *app = g_hash_table_lookup (self->apps, id);
  gboolean before;

  g_free (past);
  /* Another instance, or nothing is known of this one. */
  if (points == NULL || app == NULL || app->started_at != started_at)
    return;

  before = app->leak != NULL && bh_leak_watch_is_growing (app->leak);
  g_clear_pointer (&app->leak, bh_leak_watch_free);
  app->leak = bh_leak_watch_new (started_at);
  for (guint i = 0; i < points->len; i++)
    {
      const BhPoint *point = &g_array_index (points, BhPoint, i);

      bh_leak_watch_add (app->leak, point->time, point->memory_min);
    }
  /* The service that saw it has told it. */
  if (before != bh_leak_watch_is_growing (app->leak))
    tell_growth (self, app, FALSE);
}

static void
read_past (BhHistory *self, App *app, gint64 now)
{
  Past *past = g_new0 (Past, 1);
  BhPointQuery *query = g_new0 (BhPointQuery, 1);

  past->history = g_object_ref (self);
  past->id = g_strdup (app->id);
  past->started_at = app->started_at;
  query->app = g_strdup (app->id);
  /* A minute that it has begun in may have been another's. */
  query->since = MAX (bh_point_floor (app->started_at, 60) + G_TIME_SPAN_MINUTE, now - LEAK_SPAN);
  query->until = G_MAXINT64;
  query->resolution = BH_RESOLUTION_MINUTE;
  bh_journal_read_points_async (self->journal, query, on_past_ready, past);
}

static void
begin_instance (BhHistory *self, App *app, gint64 started_at, gint64 now)
{
  gboolean growing = app->leak != NULL && bh_leak_watch_is_growing (app->leak);
  gboolean old = started_at == 0 || now - started_at > PAST;
  BhPoint point;

  if (bh_gather_finish (&app->gather, &point))
    keep (self, app, &point);
  bh_gather_restart (&app->gather, old ? -1 : started_at);
  app->started_at = started_at;
  app->exact = FALSE;
  g_clear_pointer (&app->leak, bh_leak_watch_free);
  app->leak = bh_leak_watch_new (started_at != 0 ? started_at : now);
  if (growing)
    tell_growth (self, app, TRUE);
  if (old && started_at != 0)
    read_past (self, app, now);
}

static void
end_minutes (BhHistory *self, gint64 before)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->apps);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      App *app = value;
      BhPoint point;

      if (app->gather.samples > 0 && app->gather.minute + G_TIME_SPAN_MINUTE <= before
          && bh_gather_finish (&app->gather, &point))
        keep (self, app, &point);
      bh_recent_expire (app->recent, before);
    }
}

static void
take_own (BhHistory *self)
{
  BhSampleRequest request = {
    .base = self->base,
    .depth = BH_SAMPLE_BUDGETED,
    .budget = BUDGET,
    .processes = self->nobody,
  };
  GVariant *apps = self->measure (&request, self->user_data);

  g_variant_unref (g_variant_ref_sink (apps));
}

static gboolean
on_minute (gpointer user_data)
{
  BhHistory *self = BH_HISTORY (user_data);
  gint64 now = bh_clock_get_real_time (self->clock);

  self->timer = 0;
  /* One that is later than now was taken before the clock was set back. */
  if (ABS (now - self->taken_at) > FRESH)
    {
      self->ending = now >= self->due && now - self->due < LATE;
      take_own (self);
      self->ending = FALSE;
    }
  end_minutes (self, now);
  schedule (self);

  return G_SOURCE_REMOVE;
}

static void
schedule (BhHistory *self)
{
  gint64 now = bh_clock_get_real_time (self->clock);

  if (!self->active || self->timer != 0)
    return;
  self->due = bh_point_floor (now, 60) + G_TIME_SPAN_MINUTE;
  self->timer = bh_clock_add_timer (
      self->clock, (guint) ((self->due + AFTER_MINUTE - now) / G_TIME_SPAN_MILLISECOND) + 1,
      on_minute, self);
}

/* What is known of the instance before it ends here, and not with the first sample of the next. */
static void
on_recorded (BhJournal *journal, BhEvent *event, BhHistory *self)
{
  App *app;
  BhPoint point;

  if (event->kind != BH_EVENT_STARTED || event->app == NULL)
    return;
  app = g_hash_table_lookup (self->apps, event->app);
  if (app == NULL)
    return;
  g_clear_pointer (&app->leak, bh_leak_watch_free);
  if (bh_gather_finish (&app->gather, &point))
    keep (self, app, &point);
}

static void
bh_history_dispose (GObject *object)
{
  BhHistory *self = BH_HISTORY (object);

  if (self->clock != NULL)
    bh_clock_clear_timer (self->clock, &self->timer);
  g_clear_pointer (&self->apps, g_hash_table_unref);
  g_clear_pointer (&self->base, bh_sample_base_free);
  g_clear_pointer (&self->nobody, g_ptr_array_unref);
  if (self->journal != NULL)
    g_signal_handlers_disconnect_by_data (self->journal, self);
  g_clear_object (&self->journal);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (bh_history_parent_class)->dispose (object);
}

static void
bh_history_class_init (BhHistoryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_history_dispose;

  /**
   * BhHistory::growing:
   * @self: the history
   * @app: an app's id
   * @growth: by how many bytes an hour its instance grows, or 0 for none
   * @news: whether nobody was told of it yet
   *
   * An instance's memory has grown steadily for hours, or does so no more.
   */
  signals[GROWING]
      = g_signal_new ("growing", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_UINT64, G_TYPE_BOOLEAN);
}

static void
bh_history_init (BhHistory *self)
{
  self->base = bh_sample_base_new ();
  self->nobody = g_ptr_array_new ();
  self->apps = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) app_free);
}

/**
 * bh_history_new:
 * @clock: time and timers
 * @journal: where minutes go
 * @measure: (scope forever): measures what runs, and hands that to bh_history_take(), too
 * @user_data: for @measure; not referenced
 *
 * Returns: (transfer full): a history without a timer yet
 */
BhHistory *
bh_history_new (BhClock *clock, BhJournal *journal, BhMeasure measure, gpointer user_data)
{
  BhHistory *self;

  g_return_val_if_fail (BH_IS_CLOCK (clock) && BH_IS_JOURNAL (journal), NULL);
  g_return_val_if_fail (measure != NULL, NULL);

  self = g_object_new (BH_TYPE_HISTORY, NULL);
  self->clock = g_object_ref (clock);
  self->journal = g_object_ref (journal);
  g_signal_connect (journal, "recorded", G_CALLBACK (on_recorded), self);
  self->measure = measure;
  self->user_data = user_data;

  return self;
}

/**
 * bh_history_set_active:
 * @self: a history
 * @active: whether an app runs and what it costs is to be kept
 *
 * Begins or ends to measure each minute.
 */
void
bh_history_set_active (BhHistory *self, gboolean active)
{
  g_return_if_fail (BH_IS_HISTORY (self));

  if (self->active == active)
    return;
  self->active = active;
  if (active)
    {
      schedule (self);
      return;
    }
  bh_clock_clear_timer (self->clock, &self->timer);
  end_minutes (self, G_MAXINT64);
}

/**
 * bh_history_take:
 * @self: a history
 * @figures: what was just measured of a running instance
 *
 * Takes a sample.
 */
void
bh_history_take (BhHistory *self, const BhFigures *figures)
{
  BhSample sample;
  BhPoint point;
  gint64 now;
  App *app;

  g_return_if_fail (BH_IS_HISTORY (self) && figures != NULL && figures->app != NULL);

  now = bh_clock_get_real_time (self->clock);
  self->taken_at = now;
  if (figures->memory < 0)
    return;
  app = get_app (self, figures->app);
  if (app->leak == NULL || ABS (figures->started_at - app->started_at) > SAME_START)
    begin_instance (self, app, figures->started_at, now);
  if (!figures->resident)
    app->exact = TRUE;
  /* Without the shared part it would look as if the app had shrunk. */
  else if (app->exact)
    return;

  /* The last sample of a minute may be measured from whenever, but its CPU time tells. */
  sample = (BhSample){
    .time = self->ending ? MIN (now, self->due - 1) : now,
    .memory = (guint64) figures->memory,
    .cpu = self->ending && figures->cpu_time >= 0 ? -1 : figures->cpu,
    .cpu_time = figures->cpu_time,
  };
  bh_journal_set_figures (self->journal, app->id, figures->memory, figures->memory_peak,
                          figures->cpu_time);
  if (bh_gather_add (&app->gather, &sample, &point))
    keep (self, app, &point);
  if (!self->ending)
    bh_recent_add (app->recent, now, sample.memory, figures->cpu);
}

/**
 * bh_history_read:
 * @self: a history
 * @query: which points are wanted
 *
 * Reads what is known by the second, for a query that wants that, or for the finest there is when
 * that reaches back far enough.
 *
 * Returns: (transfer full) (nullable) (element-type BhPoint): the points, the oldest first, or
 * %NULL when the query is for the journal
 */
GArray *
bh_history_read (BhHistory *self, const BhPointQuery *query)
{
  gint64 now;
  App *app;

  g_return_val_if_fail (BH_IS_HISTORY (self) && query != NULL, NULL);

  now = bh_clock_get_real_time (self->clock);
  app = g_hash_table_lookup (self->apps, query->app);
  if (query->resolution == BH_RESOLUTION_SECOND)
    {
      if (app == NULL)
        return g_array_new (FALSE, FALSE, sizeof (BhPoint));
      bh_recent_expire (app->recent, now);
      return bh_recent_read (app->recent, query->since, query->until);
    }
  if (query->resolution != 0 || app == NULL
      || !bh_recent_covers (app->recent, query->since, MIN (now, query->until)))
    return NULL;

  return bh_recent_read (app->recent, query->since, query->until);
}
