/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-activity-watch.h"

/*
 * What the app does that people would miss if it were put to sleep or killed: put together from
 * what GTK and WebKit tell anyway. Nothing is polled; what changes quickly is told once a second.
 *
 * Whether a page has changes that are not saved WebKit tells nobody before it asks the user, and to
 * ask the page, or to listen in its own world, would be a bridge that it could see. So it is known
 * only from when the page has objected to being closed until the user turns to it again.
 */

/* Milliseconds. */
#define INTERVAL 1000

struct _BhActivityWatch
{
  GObject parent_instance;

  BhDownloads *downloads;
  GPtrArray *windows;  /* of GtkWindow, not owned */
  GPtrArray *views;    /* of BhView, not owned */
  GHashTable *unsaved; /* of them: those that have objected */

  BhActivities activities;
  gint64 told_at; /* 0 for never */
  guint timer;
};

enum {
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhActivityWatch, bh_activity_watch, G_TYPE_OBJECT)

/* Any window of this process: a dialog has the focus in its app's place. */
static gboolean
has_focus (void)
{
  g_autoptr (GList) toplevels = gtk_window_list_toplevels ();

  for (GList *item = toplevels; item != NULL; item = item->next)
    if (gtk_window_is_active (item->data))
      return TRUE;

  return FALSE;
}

static gboolean
is_visible (GtkWidget *window)
{
  GdkWindow *surface = gtk_widget_get_window (window);

  return gtk_widget_get_mapped (window) && surface != NULL
         && (gdk_window_get_state (surface)
             & (GDK_WINDOW_STATE_ICONIFIED | GDK_WINDOW_STATE_WITHDRAWN))
                == 0;
}

static gboolean
is_captured (WebKitWebView *view)
{
  return webkit_web_view_get_camera_capture_state (view) == WEBKIT_MEDIA_CAPTURE_STATE_ACTIVE
         || webkit_web_view_get_microphone_capture_state (view) == WEBKIT_MEDIA_CAPTURE_STATE_ACTIVE
         || webkit_web_view_get_display_capture_state (view) == WEBKIT_MEDIA_CAPTURE_STATE_ACTIVE;
}

static BhActivities
find_activities (BhActivityWatch *self)
{
  BhActivities activities = 0;

  if (has_focus ())
    activities |= BH_ACTIVITY_FOCUSED;
  for (guint i = 0; i < self->windows->len; i++)
    if (is_visible (g_ptr_array_index (self->windows, i)))
      activities |= BH_ACTIVITY_VISIBLE;
  for (guint i = 0; i < self->views->len; i++)
    {
      WebKitWebView *view = g_ptr_array_index (self->views, i);

      if (webkit_web_view_is_playing_audio (view) && !webkit_web_view_get_is_muted (view))
        activities |= BH_ACTIVITY_AUDIO;
      if (is_captured (view))
        activities |= BH_ACTIVITY_CAPTURE;
    }
  if (bh_downloads_get_active (self->downloads))
    activities |= BH_ACTIVITY_DOWNLOAD;
  if (g_hash_table_size (self->unsaved) > 0)
    activities |= BH_ACTIVITY_UNSAVED;

  return activities;
}

static gboolean
on_timer (gpointer user_data)
{
  BhActivityWatch *self = BH_ACTIVITY_WATCH (user_data);
  BhActivities activities = find_activities (self);

  self->timer = 0;
  if (self->told_at != 0 && activities == self->activities)
    return G_SOURCE_REMOVE;
  self->activities = activities;
  self->told_at = g_get_monotonic_time ();
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);

  return G_SOURCE_REMOVE;
}

/* Soon, since what changes together shall be told together: the focus goes from one window before
 * it comes to another. */
static void
update (BhActivityWatch *self)
{
  gint64 passed = (g_get_monotonic_time () - self->told_at) / G_TIME_SPAN_MILLISECOND;

  if (self->timer != 0)
    return;
  if (self->told_at == 0 || passed >= INTERVAL)
    self->timer = g_idle_add_full (G_PRIORITY_LOW, on_timer, self, NULL);
  else
    self->timer = g_timeout_add ((guint) (INTERVAL - passed), on_timer, self);
}

static void
on_view_gone (gpointer user_data, GObject *where_it_was)
{
  BhActivityWatch *self = BH_ACTIVITY_WATCH (user_data);

  g_hash_table_remove (self->unsaved, where_it_was);
  g_ptr_array_remove_fast (self->views, where_it_was);
  update (self);
}

static void
on_window_gone (gpointer user_data, GObject *where_it_was)
{
  BhActivityWatch *self = BH_ACTIVITY_WATCH (user_data);

  g_ptr_array_remove_fast (self->windows, where_it_was);
  update (self);
}

static gboolean
on_window_state_event (BhActivityWatch *self)
{
  update (self);

  return GDK_EVENT_PROPAGATE;
}

static gboolean
on_input (BhActivityWatch *self, GdkEvent *event, BhView *view)
{
  bh_activity_watch_set_unsaved (self, view, FALSE);

  return GDK_EVENT_PROPAGATE;
}

static gboolean
on_script_dialog (BhActivityWatch *self, WebKitScriptDialog *dialog, BhView *view)
{
  if (webkit_script_dialog_get_dialog_type (dialog) == WEBKIT_SCRIPT_DIALOG_BEFORE_UNLOAD_CONFIRM)
    bh_activity_watch_set_unsaved (self, view, TRUE);

  return FALSE;
}

static void
on_load_changed (BhActivityWatch *self, WebKitLoadEvent event, BhView *view)
{
  if (event == WEBKIT_LOAD_COMMITTED)
    bh_activity_watch_set_unsaved (self, view, FALSE);
}

static void
on_web_process_terminated (BhActivityWatch *self,
                           WebKitWebProcessTerminationReason reason,
                           BhView *view)
{
  bh_activity_watch_set_unsaved (self, view, FALSE);
}

static void
bh_activity_watch_dispose (GObject *object)
{
  BhActivityWatch *self = BH_ACTIVITY_WATCH (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  for (guint i = 0; i < self->views->len; i++)
    g_object_weak_unref (g_ptr_array_index (self->views, i), on_view_gone, self);
  g_ptr_array_set_size (self->views, 0);
  for (guint i = 0; i < self->windows->len; i++)
    g_object_weak_unref (g_ptr_array_index (self->windows, i), on_window_gone, self);
  g_ptr_array_set_size (self->windows, 0);
  g_clear_object (&self->downloads);

  G_OBJECT_CLASS (bh_activity_watch_parent_class)->dispose (object);
}

static void
bh_activity_watch_finalize (GObject *object)
{
  BhActivityWatch *self = BH_ACTIVITY_WATCH (object);

  g_ptr_array_unref (self->views);
  g_ptr_array_unref (self->windows);
  g_hash_table_unref (self->unsaved);

  G_OBJECT_CLASS (bh_activity_watch_parent_class)->finalize (object);
}

static void
bh_activity_watch_class_init (BhActivityWatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_activity_watch_dispose;
  object_class->finalize = bh_activity_watch_finalize;

  /**
   * BhActivityWatch::changed:
   *
   * bh_activity_watch_get() returns something else now, or something at all. At most once a second.
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", BH_TYPE_ACTIVITY_WATCH, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_activity_watch_init (BhActivityWatch *self)
{
  self->windows = g_ptr_array_new ();
  self->views = g_ptr_array_new ();
  self->unsaved = g_hash_table_new (NULL, NULL);
}

/**
 * bh_activity_watch_new:
 * @downloads: the app's downloads
 *
 * Returns: (transfer full): what watches an app that has no windows yet
 */
BhActivityWatch *
bh_activity_watch_new (BhDownloads *downloads)
{
  BhActivityWatch *self;

  g_return_val_if_fail (BH_IS_DOWNLOADS (downloads), NULL);

  self = g_object_new (BH_TYPE_ACTIVITY_WATCH, NULL);
  self->downloads = g_object_ref (downloads);
  g_signal_connect_object (downloads, "notify::active", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);

  return self;
}

/**
 * bh_activity_watch_add:
 * @self: what watches an app
 * @window: a window of it
 * @view: the page in it
 *
 * Watches them, too, for as long as they are there.
 */
void
bh_activity_watch_add (BhActivityWatch *self, GtkWindow *window, BhView *view)
{
  static const char *const view_signals[] = {
    "notify::is-playing-audio",      "notify::is-muted",
    "notify::camera-capture-state",  "notify::microphone-capture-state",
    "notify::display-capture-state",
  };

  g_return_if_fail (BH_IS_ACTIVITY_WATCH (self));
  g_return_if_fail (GTK_IS_WINDOW (window) && BH_IS_VIEW (view));

  g_ptr_array_add (self->windows, window);
  g_object_weak_ref (G_OBJECT (window), on_window_gone, self);
  g_signal_connect_object (window, "notify::is-active", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "map", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (window, "unmap", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (window, "window-state-event", G_CALLBACK (on_window_state_event), self,
                           G_CONNECT_SWAPPED);

  g_ptr_array_add (self->views, view);
  g_object_weak_ref (G_OBJECT (view), on_view_gone, self);
  for (guint i = 0; i < G_N_ELEMENTS (view_signals); i++)
    g_signal_connect_object (view, view_signals[i], G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "key-press-event", G_CALLBACK (on_input), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "button-press-event", G_CALLBACK (on_input), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "script-dialog", G_CALLBACK (on_script_dialog), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "load-changed", G_CALLBACK (on_load_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "web-process-terminated", G_CALLBACK (on_web_process_terminated),
                           self, G_CONNECT_SWAPPED);
  update (self);
}

/**
 * bh_activity_watch_get:
 * @self: what watches an app
 *
 * Returns: what the app does, as was told last
 */
BhActivities
bh_activity_watch_get (BhActivityWatch *self)
{
  g_return_val_if_fail (BH_IS_ACTIVITY_WATCH (self), 0);

  return self->activities;
}

/**
 * bh_activity_watch_set_unsaved:
 * @self: what watches an app
 * @view: a page that was added
 * @unsaved: whether it has objected to being closed
 *
 * Takes note of what a page has answered. It holds until another page is loaded, or the user turns
 * to this one.
 */
void
bh_activity_watch_set_unsaved (BhActivityWatch *self, BhView *view, gboolean unsaved)
{
  g_return_if_fail (BH_IS_ACTIVITY_WATCH (self));
  g_return_if_fail (BH_IS_VIEW (view));

  if (unsaved ? g_hash_table_add (self->unsaved, view) : g_hash_table_remove (self->unsaved, view))
    update (self);
}
