/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-sleep.h"

#include "bh-window.h"

#ifdef GDK_WINDOWING_WAYLAND
#include <gdk/gdkwayland.h>
#endif
#ifdef GDK_WINDOWING_X11
#include <gdk/gdkx.h>
#endif

/*
 * The app is put to sleep: all its windows say so before the supervisor stops what it runs, and
 * take it back afterwards. The supervisor waits for the answer, which comes when that has been
 * drawn: from then on nothing may be drawn any more.
 *
 * This process is stopped like all others, unless the app sleeps for being in the background, or is
 * on Wayland, where the compositor ends a client that leaves its events unread. A process that is
 * awake has the app woken when the user clicks it, or, if it only slept for being in the
 * background, comes back to it.
 */

/* Milliseconds that drawing may take. A window that nobody can see is not drawn at all. */
#define DRAWING 700

/* More than anybody does to a window that stands still. */
#define MANY_EVENTS 10000

struct _BhSleep
{
  GObject parent_instance;

  GtkApplication *application; /* not owned */
  BhChannel *channel;
  BhDBusRunner1 *runner;

  BhSuspension by;
  gboolean awake;
  GDBusMethodInvocation *invocation; /* to be answered when all is drawn, or NULL */
  GPtrArray *clocks;                 /* GdkFrameClock, of windows that are being drawn */
  guint deadline;
};

enum {
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhSleep, bh_sleep, G_TYPE_OBJECT)

static gboolean
is_on_wayland (void)
{
#ifdef GDK_WINDOWING_WAYLAND
  return GDK_IS_WAYLAND_DISPLAY (gdk_display_get_default ());
#else
  return FALSE;
#endif
}

static void
stop_waiting (BhSleep *self)
{
  g_clear_handle_id (&self->deadline, g_source_remove);
  for (guint i = 0; i < self->clocks->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->clocks, i), self);
  g_ptr_array_set_size (self->clocks, 0);
}

static void
answer (BhSleep *self)
{
  GDBusMethodInvocation *invocation = g_steal_pointer (&self->invocation);

  stop_waiting (self);
  if (invocation == NULL)
    return;
  /* What was drawn is on its way, and arrives. */
  gdk_display_sync (gdk_display_get_default ());
  bh_dbus_runner1_complete_set_suspended (self->runner, invocation, self->awake);
}

static gboolean
on_deadline (gpointer user_data)
{
  BhSleep *self = BH_SLEEP (user_data);

  self->deadline = 0;
  answer (self);

  return G_SOURCE_REMOVE;
}

static void
on_after_paint (GdkFrameClock *clock, BhSleep *self)
{
  g_signal_handlers_disconnect_by_data (clock, self);
  g_ptr_array_remove_fast (self->clocks, clock);
  if (self->clocks->len == 0)
    answer (self);
}

static void
wait_for_window (BhSleep *self, GtkWidget *window)
{
  GdkWindow *surface = gtk_widget_get_window (window);
  GdkFrameClock *clock;

  if (!gtk_widget_get_mapped (window) || surface == NULL
      || (gdk_window_get_state (surface)
          & (GDK_WINDOW_STATE_ICONIFIED | GDK_WINDOW_STATE_WITHDRAWN)))
    return;
  clock = gdk_window_get_frame_clock (surface);
  g_ptr_array_add (self->clocks, g_object_ref (clock));
  g_signal_connect (clock, "after-paint", G_CALLBACK (on_after_paint), self);
  gtk_widget_queue_draw (window);
}

/* A window manager asks a window that was clicked whether it still answers, and offers to kill it:
 * a window that stands still on purpose is not to be asked. */
static void
set_answers_pings (GtkWidget *window, gboolean answers)
{
#ifdef GDK_WINDOWING_X11
  GdkWindow *surface = gtk_widget_get_window (window);
  GdkAtom name = gdk_atom_intern_static_string ("WM_PROTOCOLS");
  GdkAtom type = gdk_atom_intern_static_string ("ATOM");
  GdkAtom ping = gdk_atom_intern_static_string ("_NET_WM_PING");
  g_autofree guchar *data = NULL;
  g_autofree GdkAtom *wanted = NULL;
  const GdkAtom *protocols;
  int length, count, n = 0;

  if (surface == NULL || !GDK_IS_X11_DISPLAY (gdk_window_get_display (surface))
      || !gdk_property_get (surface, name, type, 0, G_MAXINT32, FALSE, NULL, NULL, &length, &data))
    return;
  protocols = (const GdkAtom *) (const void *) data;
  count = length / (int) sizeof (GdkAtom);
  wanted = g_new (GdkAtom, (gsize) count + 1);
  for (int i = 0; i < count; i++)
    if (protocols[i] != ping)
      wanted[n++] = protocols[i];
  if (answers)
    wanted[n++] = ping;
  gdk_property_change (surface, name, type, 32, GDK_PROP_MODE_REPLACE, (const guchar *) wanted, n);
#endif
}

static void
on_wake (BhSleep *self)
{
  if (bh_channel_want_resume (self->channel))
    return;
  /* Nobody has it sleep any more: what was stopped goes on when its supervisor dies. */
  for (GList *item = gtk_application_get_windows (self->application); item != NULL;
       item = item->next)
    if (BH_IS_WINDOW (item->data))
      bh_window_set_asleep (item->data, BH_SUSPENSION_NONE, TRUE);
  self->by = BH_SUSPENSION_NONE;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
on_window_activated (GtkWindow *window, GParamSpec *pspec, BhSleep *self)
{
  if (self->by == BH_SUSPENSION_IDLE && gtk_window_is_active (window))
    on_wake (self);
}

static void
show_in_window (BhSleep *self, GtkWidget *window)
{
  BhVeil *veil = bh_window_set_asleep (BH_WINDOW (window), self->by, self->awake);

  g_signal_handlers_disconnect_by_data (veil, self);
  g_signal_handlers_disconnect_by_data (window, self);
  set_answers_pings (window, self->by == BH_SUSPENSION_NONE || self->awake);
  if (self->by == BH_SUSPENSION_NONE)
    return;
  g_signal_connect_object (veil, "wake", G_CALLBACK (on_wake), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "notify::is-active", G_CALLBACK (on_window_activated), self, 0);
  wait_for_window (self, window);
}

/* What was done to the windows while this process stood still is still to be read, and is for
 * nobody: the windows take it while they are veiled. */
static void
take_old_events (void)
{
  GdkDisplay *display = gdk_display_get_default ();
  GdkEvent *event;

  gdk_display_sync (display);
  for (guint i = 0; i < MANY_EVENTS && (event = gdk_display_get_event (display)) != NULL; i++)
    {
      gtk_main_do_event (event);
      gdk_event_free (event);
    }
}

static gboolean
on_handle_set_suspended (BhDBusRunner1 *runner,
                         GDBusMethodInvocation *invocation,
                         const char *suspended,
                         BhSleep *self)
{
  BhSuspension by = bh_suspension_from_string (suspended);

  /* Somebody waits for what is not wanted any more. */
  answer (self);
  self->invocation = invocation;
  if (self->by != BH_SUSPENSION_NONE && !self->awake)
    take_old_events ();
  self->awake = by == BH_SUSPENSION_IDLE || is_on_wayland ();
  self->by = by;
  for (GList *item = gtk_application_get_windows (self->application); item != NULL;
       item = item->next)
    if (BH_IS_WINDOW (item->data))
      show_in_window (self, item->data);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);

  if (self->clocks->len == 0)
    answer (self);
  else
    self->deadline = g_timeout_add (DRAWING, on_deadline, self);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
bh_sleep_dispose (GObject *object)
{
  BhSleep *self = BH_SLEEP (object);

  if (self->runner != NULL)
    g_signal_handlers_disconnect_by_data (self->runner, self);
  if (self->invocation != NULL)
    answer (self);
  g_clear_object (&self->runner);
  g_clear_object (&self->channel);

  G_OBJECT_CLASS (bh_sleep_parent_class)->dispose (object);
}

static void
bh_sleep_finalize (GObject *object)
{
  BhSleep *self = BH_SLEEP (object);

  g_clear_pointer (&self->clocks, g_ptr_array_unref);

  G_OBJECT_CLASS (bh_sleep_parent_class)->finalize (object);
}

static void
bh_sleep_class_init (BhSleepClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_sleep_dispose;
  object_class->finalize = bh_sleep_finalize;

  /**
   * BhSleep::changed:
   *
   * bh_sleep_is_asleep() returns something else now.
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", BH_TYPE_SLEEP, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_sleep_init (BhSleep *self)
{
  self->clocks = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * bh_sleep_new:
 * @application: whose windows say that the app sleeps
 * @channel: who tells
 *
 * Returns: (transfer full): what deals with the sleep of an app
 */
BhSleep *
bh_sleep_new (GtkApplication *application, BhChannel *channel)
{
  BhSleep *self;

  g_return_val_if_fail (GTK_IS_APPLICATION (application), NULL);
  g_return_val_if_fail (BH_IS_CHANNEL (channel), NULL);

  self = g_object_new (BH_TYPE_SLEEP, NULL);
  self->application = application;
  self->channel = g_object_ref (channel);
  self->runner = g_object_ref (bh_channel_get_runner (channel));
  g_signal_connect (self->runner, "handle-set-suspended", G_CALLBACK (on_handle_set_suspended),
                    self);

  return self;
}

/**
 * bh_sleep_is_asleep:
 * @self: what deals with the sleep of an app
 *
 * Returns: whether the app sleeps, or is about to
 */
gboolean
bh_sleep_is_asleep (BhSleep *self)
{
  g_return_val_if_fail (BH_IS_SLEEP (self), FALSE);

  return self->by != BH_SUSPENSION_NONE;
}
