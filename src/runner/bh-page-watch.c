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

struct _BhPageWatch
{
  GObject parent_instance;

  BhView *view; /* not owned: cleared when it is destroyed */
  GCancellable *cancellable;
  guint interval;
  guint timer_id;
  gint64 last_beat; /* microseconds */
  gint64 asked_at;  /* the same; 0 while no answer is owed */
};

enum {
  SIGNAL_BEAT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhPageWatch, bh_page_watch, G_TYPE_OBJECT)

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
  gint64 late = now - self->last_beat - self->interval * G_TIME_SPAN_MILLISECOND;

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

static gboolean
on_beat (gpointer user_data)
{
  BhPageWatch *self = BH_PAGE_WATCH (user_data);
  gint64 now = g_get_monotonic_time ();
  guint silence;

  if (self->view == NULL)
    {
      self->timer_id = 0;
      return G_SOURCE_REMOVE;
    }

  silence = measure_silence (self, now);
  self->last_beat = now;
  g_signal_emit (self, signals[SIGNAL_BEAT], 0, silence);

  if (self->asked_at == 0 && self->view != NULL && bh_view_is_alive (self->view))
    {
      self->asked_at = now;
      webkit_web_view_evaluate_javascript (WEBKIT_WEB_VIEW (self->view), "0", -1, SCRIPT_WORLD,
                                           NULL, self->cancellable, on_evaluate_javascript_ready,
                                           g_object_ref (self));
    }

  return G_SOURCE_CONTINUE;
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
  self->last_beat = g_get_monotonic_time ();
  self->timer_id = g_timeout_add (interval, on_beat, self);

  return self;
}
