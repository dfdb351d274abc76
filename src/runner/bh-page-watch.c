/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-page-watch.h"

/*
 * Asks the page now and then for a sign of life, by a script that does nothing, and tells for how
 * long it has not come. WebKit's own notion of an unresponsive process is not enough: it only looks
 * after the user did something.
 *
 * A page that cannot answer for a good reason counts as answering: it waits for the user in a
 * dialog, or its inspector is open and may have stopped it, or its process is gone and the window
 * says so. The dialog for printing is WebKit's own and runs a main loop within the main loop, with
 * the page waiting for its end: that is all that can be seen of it from here. The time of such a
 * reason, and any in which this very process stood still, does not count.
 */

#define SCRIPT_WORLD "bulkhead"

/* Milliseconds between two beats while nobody sees the page, and it answers. */
#define RELAXED_INTERVAL 60000

/* Milliseconds from which on a second more or less does not matter. */
#define MANY_SECONDS 20000

struct _BhPageWatch
{
  GObject parent_instance;

  BhView *view; /* not owned: cleared when it is destroyed */
  GCancellable *cancellable;
  guint interval;
  guint timer_id;
  guint relaxed_interval;
  gboolean relaxed;
  gboolean paused;
  guint delay;      /* milliseconds from the last beat to the next */
  gint64 last_beat; /* microseconds */
  gint64 asked_at;  /* the same; 0 while no answer is owed */
};

enum {
  SIGNAL_BEAT,
  SIGNAL_RELAX,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhPageWatch, bh_page_watch, G_TYPE_OBJECT)

static gboolean on_beat (gpointer user_data);

static void
schedule (BhPageWatch *self, guint delay)
{
  g_clear_handle_id (&self->timer_id, g_source_remove);
  self->delay = delay;
  /* Long ones come together with those of other apps: one wake-up for all. */
  self->timer_id = delay >= MANY_SECONDS ? g_timeout_add_seconds (delay / 1000, on_beat, self)
                                         : g_timeout_add (delay, on_beat, self);
}

/* The page has answered, or there is none: nothing will be owed until the next beat. */
static void
relax (BhPageWatch *self)
{
  gboolean taken = FALSE;

  if (!self->relaxed || self->paused || self->view == NULL)
    return;
  g_signal_emit (self, signals[SIGNAL_RELAX], 0, self->relaxed_interval, &taken);
  if (!taken)
    return;
  self->last_beat = g_get_monotonic_time ();
  schedule (self, self->relaxed_interval);
}

static void
on_evaluate_javascript_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BhPageWatch) self = BH_PAGE_WATCH (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (JSCValue) value = NULL;

  value = webkit_web_view_evaluate_javascript_finish (WEBKIT_WEB_VIEW (source), result, &error);
  /* An error is an answer, too: there is no page yet, or its process has ended. */
  if (value == NULL)
    g_debug ("page watch: %s", error->message);
  self->asked_at = 0;
  relax (self);
}

static gboolean
is_excused (BhPageWatch *self)
{
  WebKitWebInspector *inspector = webkit_web_view_get_inspector (WEBKIT_WEB_VIEW (self->view));

  return !bh_view_is_alive (self->view) || bh_view_has_dialog (self->view) || g_main_depth () > 1
         || webkit_web_inspector_get_web_view (inspector) != NULL;
}

/* In milliseconds. */
static guint
measure_silence (BhPageWatch *self, gint64 now)
{
  gint64 late = now - self->last_beat - self->delay * G_TIME_SPAN_MILLISECOND;

  if (self->asked_at == 0)
    return 0;
  if (is_excused (self))
    {
      self->asked_at = now;
      return 0;
    }
  if (late > 0)
    self->asked_at = MIN (self->asked_at + late, now);

  return (guint) ((now - self->asked_at) / G_TIME_SPAN_MILLISECOND);
}

static void
beat (BhPageWatch *self)
{
  gint64 now = g_get_monotonic_time ();
  guint silence = measure_silence (self, now);

  self->last_beat = now;
  schedule (self, self->interval);
  g_signal_emit (self, signals[SIGNAL_BEAT], 0, silence);

  if (self->view == NULL || self->asked_at != 0)
    return;
  if (!bh_view_is_alive (self->view))
    {
      relax (self);
      return;
    }
  self->asked_at = now;
  webkit_web_view_evaluate_javascript (WEBKIT_WEB_VIEW (self->view), "0", -1, SCRIPT_WORLD, NULL,
                                       self->cancellable, on_evaluate_javascript_ready,
                                       g_object_ref (self));
}

static gboolean
on_beat (gpointer user_data)
{
  BhPageWatch *self = BH_PAGE_WATCH (user_data);

  self->timer_id = 0;
  if (self->view != NULL)
    beat (self);

  return G_SOURCE_REMOVE;
}

static void
on_terminated (BhPageWatch *self)
{
  self->asked_at = 0;
}

static void
bh_page_watch_dispose (GObject *object)
{
  BhPageWatch *self = BH_PAGE_WATCH (object);

  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_weak_pointer (&self->view);

  G_OBJECT_CLASS (bh_page_watch_parent_class)->dispose (object);
}

static void
bh_page_watch_finalize (GObject *object)
{
  BhPageWatch *self = BH_PAGE_WATCH (object);

  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (bh_page_watch_parent_class)->finalize (object);
}

static void
bh_page_watch_class_init (BhPageWatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_page_watch_dispose;
  object_class->finalize = bh_page_watch_finalize;

  /**
   * BhPageWatch::beat:
   * @silence: milliseconds for which the page has owed an answer, 0 when it does not
   *
   * Sent once in an interval: the runner's main loop turns.
   */
  signals[SIGNAL_BEAT] = g_signal_new ("beat", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);

  /**
   * BhPageWatch::relax:
   * @interval: milliseconds
   *
   * Nobody sees the page, and it has answered: the next beat is to come only after @interval.
   * Returns: whether those who wait for it know that
   */
  signals[SIGNAL_RELAX] = g_signal_new ("relax", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                        g_signal_accumulator_true_handled, NULL, NULL,
                                        G_TYPE_BOOLEAN, 1, G_TYPE_UINT);
}

static void
bh_page_watch_init (BhPageWatch *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * bh_page_watch_new:
 * @view: a view
 * @interval: milliseconds between two beats, not 0
 *
 * Returns: (transfer full): a watch, which keeps its view as little as the view keeps it
 */
BhPageWatch *
bh_page_watch_new (BhView *view, guint interval)
{
  BhPageWatch *self;

  g_return_val_if_fail (BH_IS_VIEW (view), NULL);
  g_return_val_if_fail (interval > 0, NULL);

  self = g_object_new (BH_TYPE_PAGE_WATCH, NULL);
  g_set_weak_pointer (&self->view, view);
  g_signal_connect_object (view, "web-process-terminated", G_CALLBACK (on_terminated), self,
                           G_CONNECT_SWAPPED);
  self->interval = interval;
  self->relaxed_interval = MAX (RELAXED_INTERVAL, interval);
  self->last_beat = g_get_monotonic_time ();
  schedule (self, interval);

  return self;
}

/**
 * bh_page_watch_beat_now:
 * @self: a watch
 *
 * Beats at once, because somebody waits for it who has not heard the last one.
 */
void
bh_page_watch_beat_now (BhPageWatch *self)
{
  g_return_if_fail (BH_IS_PAGE_WATCH (self));

  if (self->view != NULL && !self->paused)
    beat (self);
}

/**
 * bh_page_watch_set_relaxed:
 * @self: a watch
 * @relaxed: whether nobody sees the page
 *
 * A page that nobody sees is asked less often.
 */
void
bh_page_watch_set_relaxed (BhPageWatch *self, gboolean relaxed)
{
  g_return_if_fail (BH_IS_PAGE_WATCH (self));

  if (self->relaxed == relaxed)
    return;
  self->relaxed = relaxed;
  bh_page_watch_beat_now (self);
}

/**
 * bh_page_watch_set_relaxed_interval:
 * @self: a watch
 * @interval: milliseconds between two beats of a page that nobody sees
 *
 * For tests, which have no minute.
 */
void
bh_page_watch_set_relaxed_interval (BhPageWatch *self, guint interval)
{
  g_return_if_fail (BH_IS_PAGE_WATCH (self));

  self->relaxed_interval = interval;
}

/**
 * bh_page_watch_set_paused:
 * @self: a watch
 * @paused: whether the page stands still on purpose
 *
 * A page that stands still is not asked, and nobody waits for a beat.
 */
void
bh_page_watch_set_paused (BhPageWatch *self, gboolean paused)
{
  g_return_if_fail (BH_IS_PAGE_WATCH (self));

  if (self->paused == paused)
    return;
  self->paused = paused;
  self->asked_at = 0;
  g_clear_handle_id (&self->timer_id, g_source_remove);
  if (!paused)
    bh_page_watch_beat_now (self);
}
