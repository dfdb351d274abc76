/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-session.h"

#include "bh-session-file.h"

#include <math.h>

/*
 * Keeps where an app is, its page, its history and how far the page is scrolled, and brings it back
 * there.
 *
 * It is kept soon after each change, because an app may be killed, but not oftener than each
 * INTERVAL, and less often when it takes long; what the user does not look at any more is kept at
 * once. Without a change nothing wakes up.
 *
 * It is restored when the supervisor says that this run continues one, or when the last run did not
 * come to its end; an app that the user has closed begins with its first page, as the manifest's
 * “restoreSession” has it. With an address to show it begins there.
 *
 * What is restored may be what has crashed the app. A page that is not well for HEALTHY after it
 * was restored counts; the one that has been restored MAX_ATTEMPTS times in a row without being
 * well is not restored any more. The count lies in the file, so that it does not matter who has
 * died.
 *
 * WebKit scrolls a page that it restores to where it was, as far as the page is long enough by
 * then. Many pages grow later; what is missing is left to bh-view.js.
 */

/* Milliseconds from a change until it is kept, and between two writes. */
#define DELAY    300
#define INTERVAL 5000
/* What the user looks away from waits for that part of it. */
#define AWAY_SHARE 5
/* Keeping may take that part of the time. */
#define MAX_SHARE 100

/* How long a page has to be well after it was restored, in milliseconds. */
#define HEALTHY 60000
/* The third crash in a row is followed by the app's first page. */
#define MAX_ATTEMPTS 2

struct _BhSession
{
  GObject parent_instance;

  BhView *view; /* not owned */
  BhManifest *manifest;
  BhRunnerConfig *config;
  BhClock *clock;
  BhSessionFile *file;
  GtkWindow *window; /* not owned */

  gboolean has_scroll; /* since the page was committed */
  BhScrollPlace scroll;
  char *restored; /* the address that is being restored, until it is there; or NULL */
  guint attempts;

  gboolean crashed; /* and not recovered yet */
  gboolean begun;
  gboolean ended;
  guint save_timer;
  gint64 saved_at; /* monotonic, in microseconds; 0 for never */
  guint interval;  /* milliseconds */
  guint healthy_timer;
};

G_DEFINE_FINAL_TYPE (BhSession, bh_session, G_TYPE_OBJECT)

static gboolean
keeps (BhSession *self)
{
  return bh_manifest_get_restore_session (self->manifest) != BH_RESTORE_SESSION_NEVER;
}

/* How far the page is scrolled in pixels of the view, which are smaller when it is zoomed in. */
static BhScrollPlace
scale_scroll (BhSession *self, const BhScrollPlace *scroll)
{
  double zoom = webkit_web_view_get_zoom_level (WEBKIT_WEB_VIEW (self->view));
  double left = round (scroll->left * zoom);
  double top = round (scroll->top * zoom);

  return (BhScrollPlace){
    (int) CLAMP (left, -BH_SESSION_MAX_SCROLL, BH_SESSION_MAX_SCROLL),
    (int) CLAMP (top, -BH_SESSION_MAX_SCROLL, BH_SESSION_MAX_SCROLL),
  };
}

/* The history of the view as it may be kept, or NULL. */
static GBytes *
take_history (BhSession *self, const BhScrollPlace *scroll, char **uri)
{
  WebKitWebViewSessionState *state
      = webkit_web_view_get_session_state (WEBKIT_WEB_VIEW (self->view));
  g_autoptr (GBytes) bytes = webkit_web_view_session_state_serialize (state);

  webkit_web_view_session_state_unref (state);

  return bh_session_history_filter (bytes, self->manifest, scroll, uri);
}

/* Where the app is, or NULL when it is nowhere to come back to. */
static BhSessionRecord *
take_record (BhSession *self)
{
  g_autofree char *uri = NULL;
  g_autoptr (GBytes) history = take_history (self, NULL, &uri);
  const char *shown = webkit_web_view_get_uri (WEBKIT_WEB_VIEW (self->view));
  BhSessionRecord *record;

  if (history == NULL)
    {
      if (shown == NULL || !bh_session_history_admits (self->manifest, shown))
        return NULL;
      uri = g_strdup (shown);
    }
  record = bh_session_record_new (uri, history);
  record->has_scroll = self->has_scroll;
  record->scroll = self->scroll;
  record->attempts = self->attempts;

  return record;
}

static void
save (BhSession *self)
{
  gint64 start = bh_clock_get_time (self->clock);
  g_autoptr (BhSessionRecord) record = NULL;
  gint64 cost;

  bh_clock_clear_timer (self->clock, &self->save_timer);
  record = take_record (self);
  if (record != NULL)
    bh_session_file_write_async (self->file, record);

  self->saved_at = bh_clock_get_time (self->clock);
  cost = self->saved_at - start;
  g_debug ("session: taken in %" G_GINT64_FORMAT " µs", cost);
  self->interval = (guint) CLAMP (cost * MAX_SHARE / G_TIME_SPAN_MILLISECOND, INTERVAL, G_MAXINT);
}

static gboolean
on_save_due (gpointer user_data)
{
  BhSession *self = BH_SESSION (user_data);

  self->save_timer = 0;
  save (self);

  return G_SOURCE_REMOVE;
}

static gint64
get_age (BhSession *self)
{
  return self->saved_at == 0
             ? G_MAXINT64
             : (bh_clock_get_time (self->clock) - self->saved_at) / G_TIME_SPAN_MILLISECOND;
}

static void
save_soon (BhSession *self)
{
  gint64 delay = self->saved_at == 0 ? 0 : self->interval - get_age (self);

  if (self->begun && !self->ended && keeps (self) && self->save_timer == 0)
    self->save_timer
        = bh_clock_add_timer (self->clock, (guint) MAX (delay, DELAY), on_save_due, self);
}

static void
on_active_changed (BhSession *self)
{
  if (!gtk_window_is_active (self->window) && self->save_timer != 0
      && get_age (self) >= self->interval / AWAY_SHARE)
    save (self);
}

/* What is kept, as far as the page is concerned. */

static void
on_load_changed (BhSession *self, WebKitLoadEvent event)
{
  const char *uri = webkit_web_view_get_uri (WEBKIT_WEB_VIEW (self->view));

  if (event == WEBKIT_LOAD_COMMITTED && g_strcmp0 (self->restored, uri) != 0)
    {
      g_clear_pointer (&self->restored, g_free);
      self->has_scroll = FALSE;
    }
  if (event == WEBKIT_LOAD_FINISHED && self->restored != NULL)
    {
      if (self->has_scroll && g_strcmp0 (self->restored, uri) == 0)
        bh_view_restore_scroll (self->view, self->scroll.left, self->scroll.top);
      g_clear_pointer (&self->restored, g_free);
    }
  if (event == WEBKIT_LOAD_COMMITTED || event == WEBKIT_LOAD_FINISHED)
    save_soon (self);
}

static void
on_terminated (BhSession *self, WebKitWebProcessTerminationReason reason)
{
  /* That a page hangs, and is loaded again for that, is told by the user, not counted. */
  self->crashed = reason != WEBKIT_WEB_PROCESS_TERMINATED_BY_API;
}

static void
on_scrolled (BhSession *self, int left, int top)
{
  /* A page that is being restored passes through places where it was not. */
  if (self->restored != NULL)
    return;

  self->has_scroll = TRUE;
  self->scroll = (BhScrollPlace){ left, top };
  save_soon (self);
}

/* What is restored. */

static gboolean
on_healthy (gpointer user_data)
{
  BhSession *self = BH_SESSION (user_data);

  self->healthy_timer = 0;
  self->attempts = 0;
  save_soon (self);

  return G_SOURCE_REMOVE;
}

static void
count_attempt (BhSession *self)
{
  bh_clock_clear_timer (self->clock, &self->healthy_timer);
  self->attempts++;
  self->healthy_timer = bh_clock_add_timer (self->clock, HEALTHY, on_healthy, self);
}

static void
forget_attempts (BhSession *self)
{
  bh_clock_clear_timer (self->clock, &self->healthy_timer);
  self->attempts = 0;
  self->has_scroll = FALSE;
}

/* Gives a history to the view and goes to its page. */
static gboolean
show_history (BhSession *self, GBytes *history)
{
  WebKitWebView *view = WEBKIT_WEB_VIEW (self->view);
  WebKitWebViewSessionState *state = webkit_web_view_session_state_new (history);

  if (state == NULL)
    return FALSE;
  webkit_web_view_restore_session_state (view, state);
  webkit_web_view_session_state_unref (state);
  if (webkit_back_forward_list_get_current_item (webkit_web_view_get_back_forward_list (view))
      == NULL)
    return FALSE;

  /* Going there would be content with whatever is in the cache, however old. */
  webkit_web_view_reload (view);

  return TRUE;
}

static gboolean
show_record (BhSession *self, BhSessionRecord *record)
{
  g_autoptr (GBytes) history = NULL;
  g_autofree char *uri = NULL;
  BhScrollPlace scroll = scale_scroll (self, &record->scroll);

  if (record->history != NULL)
    history = bh_session_history_filter (record->history, self->manifest,
                                         record->has_scroll ? &scroll : NULL, &uri);
  if (history == NULL)
    uri = g_strdup (record->uri);
  if (!bh_session_history_admits (self->manifest, uri))
    return FALSE;

  self->has_scroll = record->has_scroll;
  self->scroll = record->scroll;
  g_free (self->restored);
  self->restored = g_strdup (uri);
  if (history == NULL || !show_history (self, history))
    webkit_web_view_load_uri (WEBKIT_WEB_VIEW (self->view), uri);

  return TRUE;
}

/* Whether what the last run has left is to be restored, when it can be. */
static gboolean
wants (BhSession *self, BhSessionRecord *record)
{
  switch (bh_runner_config_get_beginning (self->config))
    {
    case BH_BEGINNING_PAGE:
      return FALSE;
    case BH_BEGINNING_CONTINUE:
      return TRUE;
    case BH_BEGINNING_LAUNCH:
    default:
      return !record->closed
             || bh_manifest_get_restore_session (self->manifest) == BH_RESTORE_SESSION_ALWAYS;
    }
}

static void
bh_session_dispose (GObject *object)
{
  BhSession *self = BH_SESSION (object);

  if (self->clock != NULL)
    {
      bh_clock_clear_timer (self->clock, &self->save_timer);
      bh_clock_clear_timer (self->clock, &self->healthy_timer);
    }

  G_OBJECT_CLASS (bh_session_parent_class)->dispose (object);
}

static void
bh_session_finalize (GObject *object)
{
  BhSession *self = BH_SESSION (object);

  g_clear_pointer (&self->manifest, bh_manifest_unref);
  g_clear_object (&self->config);
  g_clear_object (&self->clock);
  g_clear_object (&self->file);
  g_free (self->restored);

  G_OBJECT_CLASS (bh_session_parent_class)->finalize (object);
}

static void
bh_session_class_init (BhSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_session_dispose;
  object_class->finalize = bh_session_finalize;
}

static void
bh_session_init (BhSession *self)
{
  self->interval = INTERVAL;
}

/**
 * bh_session_new:
 * @window: the app's window
 * @view: the view in it
 * @config: the app
 * @clock: time and timers
 *
 * Returns: (transfer full): what keeps where the app is; it must not outlive @window and @view
 */
BhSession *
bh_session_new (GtkWindow *window, BhView *view, BhRunnerConfig *config, BhClock *clock)
{
  BhSession *self;

  g_return_val_if_fail (GTK_IS_WINDOW (window), NULL);
  g_return_val_if_fail (BH_IS_VIEW (view), NULL);
  g_return_val_if_fail (BH_IS_RUNNER_CONFIG (config), NULL);
  g_return_val_if_fail (BH_IS_CLOCK (clock), NULL);

  self = g_object_new (BH_TYPE_SESSION, NULL);
  self->window = window;
  self->view = view;
  self->config = g_object_ref (config);
  self->manifest = bh_manifest_ref (bh_runner_config_get_manifest (config));
  self->clock = g_object_ref (clock);
  self->file = bh_session_file_new (bh_runner_config_get_state_dir (config));

  g_signal_connect_object (view, "load-changed", G_CALLBACK (on_load_changed), self,
                           G_CONNECT_SWAPPED);
  /* A page that changes its address by itself does not load. */
  g_signal_connect_object (view, "notify::uri", G_CALLBACK (save_soon), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (webkit_web_view_get_back_forward_list (WEBKIT_WEB_VIEW (view)),
                           "changed", G_CALLBACK (save_soon), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "web-process-terminated", G_CALLBACK (on_terminated), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "scrolled", G_CALLBACK (on_scrolled), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "notify::is-active", G_CALLBACK (on_active_changed), self,
                           G_CONNECT_SWAPPED);

  return self;
}

/**
 * bh_session_begin:
 * @self: a session
 *
 * Has the view show what the last run has left, if that is what is wanted, and begins to keep where
 * the app is.
 *
 * Returns: whether the view shows it
 */
BhSessionStart
bh_session_begin (BhSession *self)
{
  g_autoptr (BhSessionRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  gboolean gave_up;

  g_return_val_if_fail (BH_IS_SESSION (self), BH_SESSION_START_NEW);
  g_return_val_if_fail (!self->begun, BH_SESSION_START_NEW);

  self->begun = TRUE;
  if (keeps (self))
    record = bh_session_file_read (self->file);
  gave_up = record != NULL && wants (self, record) && record->attempts >= MAX_ATTEMPTS;
  if (record == NULL || gave_up || !wants (self, record) || !show_record (self, record))
    {
      /* Were it left, a crash to come could bring back what is long over. */
      bh_session_file_remove (self->file);
      return gave_up ? BH_SESSION_START_GAVE_UP : BH_SESSION_START_NEW;
    }

  self->attempts = record->attempts;
  count_attempt (self);
  /* At once: this attempt may be a short one. */
  record->attempts = self->attempts;
  record->closed = FALSE;
  if (!bh_session_file_write (self->file, record, &error))
    g_debug ("session: the attempt can't be noted: %s", error->message);

  return BH_SESSION_START_RESTORED;
}

/**
 * bh_session_recover:
 * @self: a session that has begun
 *
 * Has the view, whose web process has ended, show its page again, in a new process.
 *
 * Returns: whether the view shows it
 */
BhSessionStart
bh_session_recover (BhSession *self)
{
  g_autoptr (BhSessionRecord) record = NULL;

  g_return_val_if_fail (BH_IS_SESSION (self), BH_SESSION_START_NEW);

  if (self->crashed && self->attempts >= MAX_ATTEMPTS)
    {
      self->crashed = FALSE;
      forget_attempts (self);
      return BH_SESSION_START_GAVE_UP;
    }
  record = take_record (self);
  if (record == NULL || !show_record (self, record))
    return BH_SESSION_START_NEW;

  if (self->crashed)
    {
      self->crashed = FALSE;
      count_attempt (self);
      save (self);
    }

  return BH_SESSION_START_RESTORED;
}

/**
 * bh_session_end:
 * @self: a session
 *
 * The user closes the app: keeps where it was for the last time, and that this was its end.
 */
void
bh_session_end (BhSession *self)
{
  g_autoptr (BhSessionRecord) record = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (BH_IS_SESSION (self));

  bh_clock_clear_timer (self->clock, &self->save_timer);
  bh_clock_clear_timer (self->clock, &self->healthy_timer);
  self->ended = TRUE;
  if (!self->begun || !keeps (self))
    return;

  record = take_record (self);
  if (record == NULL)
    {
      bh_session_file_remove (self->file);
      return;
    }
  record->closed = TRUE;
  record->attempts = 0;
  if (!bh_session_file_write (self->file, record, &error))
    g_debug ("session: the end can't be noted: %s", error->message);
}
