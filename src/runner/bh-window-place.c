/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-window-place.h"

/*
 * Puts an app's window where the manifest or the last run says, and keeps where it goes. It is
 * kept soon after each change and not only at the end, because an app may be killed.
 */

#define SAVE_DELAY 500

/* A window that a page opens can't be made so small that nobody finds it. */
#define MIN_OPENED_WIDTH  240
#define MIN_OPENED_HEIGHT 120

struct _BhWindowPlace
{
  GObject parent_instance;

  GtkWindow *window; /* not owned */
  BhView *view;      /* not owned */
  char *directory;
  BhWindowState state;
  gboolean keeps;
  gboolean floating;
  guint save_id;
};

G_DEFINE_FINAL_TYPE (BhWindowPlace, bh_window_place, G_TYPE_OBJECT)

static gboolean
on_save_timeout (gpointer user_data)
{
  BhWindowPlace *self = BH_WINDOW_PLACE (user_data);

  self->save_id = 0;
  bh_window_place_save (self);

  return G_SOURCE_REMOVE;
}

static void
save_soon (BhWindowPlace *self)
{
  if (self->keeps && self->save_id == 0)
    self->save_id = g_timeout_add (SAVE_DELAY, on_save_timeout, self);
}

/* Asked of the window when it is written down, not at each event: while a window manager takes a
 * new window over, events tell places that the window never has for anybody to see. */
static void
read_place (BhWindowPlace *self)
{
  GdkDisplay *display = gtk_widget_get_display (GTK_WIDGET (self->window));

  if (!self->floating || !gtk_widget_get_mapped (GTK_WIDGET (self->window)))
    return;

  gtk_window_get_size (self->window, &self->state.width, &self->state.height);
  gtk_window_get_position (self->window, &self->state.left, &self->state.top);
  /* Wayland keeps places to itself, and GDK says 0, 0. */
  self->state.has_position = g_str_equal (G_OBJECT_TYPE_NAME (display), "GdkX11Display");
}

static gboolean
on_configure (BhWindowPlace *self, GdkEvent *event)
{
  save_soon (self);

  return GDK_EVENT_PROPAGATE;
}

static gboolean
on_window_state (BhWindowPlace *self, GdkEventWindowState *event)
{
  gboolean maximized = (event->new_window_state & GDK_WINDOW_STATE_MAXIMIZED) != 0;

  self->floating = (event->new_window_state
                    & (GDK_WINDOW_STATE_MAXIMIZED | GDK_WINDOW_STATE_FULLSCREEN
                       | GDK_WINDOW_STATE_TILED | GDK_WINDOW_STATE_WITHDRAWN))
                   == 0;
  if (maximized != self->state.maximized
      && (event->new_window_state & GDK_WINDOW_STATE_WITHDRAWN) == 0)
    {
      self->state.maximized = maximized;
      save_soon (self);
    }

  return GDK_EVENT_PROPAGATE;
}

static void
on_zoom_level_changed (BhWindowPlace *self)
{
  self->state.zoom = webkit_web_view_get_zoom_level (WEBKIT_WEB_VIEW (self->view));
  save_soon (self);
}

/* A monitor may be gone since. */
static gboolean
is_on_a_monitor (GdkDisplay *display, const BhWindowState *state)
{
  int x = state->left + state->width / 2;
  int y = state->top;

  for (int i = 0; i < gdk_display_get_n_monitors (display); i++)
    {
      GdkRectangle area;

      gdk_monitor_get_workarea (gdk_display_get_monitor (display, i), &area);
      if (x >= area.x && x < area.x + area.width && y >= area.y && y < area.y + area.height)
        return TRUE;
    }

  return FALSE;
}

/* To what a monitor has room for: the window may have been larger on another one. Sizes are
 * GtkWindow's, without the header bar. */
static void
limit_size (GtkWindow *window, int *width, int *height)
{
  GdkDisplay *display = gtk_widget_get_display (GTK_WIDGET (window));
  GtkWidget *header = gtk_window_get_titlebar (window);
  int max_width = 0;
  int max_height = 0;
  int header_height = 0;

  for (int i = 0; i < gdk_display_get_n_monitors (display); i++)
    {
      GdkRectangle area;

      gdk_monitor_get_workarea (gdk_display_get_monitor (display, i), &area);
      max_width = MAX (max_width, area.width);
      max_height = MAX (max_height, area.height);
    }
  if (header != NULL)
    gtk_widget_get_preferred_height (header, &header_height, NULL);
  if (max_width > 0 && max_height > header_height)
    {
      *width = MIN (*width, max_width);
      *height = MIN (*height, max_height - header_height);
    }
}

static void
apply (BhWindowPlace *self, BhWindowSpec *spec)
{
  limit_size (self->window, &self->state.width, &self->state.height);
  gtk_widget_set_size_request (GTK_WIDGET (self->view), bh_window_spec_get_min_width (spec),
                               bh_window_spec_get_min_height (spec));
  gtk_window_set_default_size (self->window, self->state.width, self->state.height);
  gtk_window_set_resizable (self->window, bh_window_spec_get_resizable (spec));
  gtk_window_set_decorated (self->window, bh_window_spec_get_frame (spec));
  gtk_window_set_keep_above (self->window, bh_window_spec_get_always_on_top (spec));
  webkit_web_view_set_zoom_level (WEBKIT_WEB_VIEW (self->view), self->state.zoom);

  if (self->state.has_position
      && is_on_a_monitor (gtk_widget_get_display (GTK_WIDGET (self->window)), &self->state))
    gtk_window_move (self->window, self->state.left, self->state.top);
  else if (bh_window_spec_get_centered (spec))
    gtk_window_set_position (self->window, GTK_WIN_POS_CENTER);
  if (self->state.maximized)
    gtk_window_maximize (self->window);
}

static void
bh_window_place_dispose (GObject *object)
{
  BhWindowPlace *self = BH_WINDOW_PLACE (object);

  g_clear_handle_id (&self->save_id, g_source_remove);

  G_OBJECT_CLASS (bh_window_place_parent_class)->dispose (object);
}

static void
bh_window_place_finalize (GObject *object)
{
  BhWindowPlace *self = BH_WINDOW_PLACE (object);

  g_free (self->directory);

  G_OBJECT_CLASS (bh_window_place_parent_class)->finalize (object);
}

static void
bh_window_place_class_init (BhWindowPlaceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_window_place_dispose;
  object_class->finalize = bh_window_place_finalize;
}

static void
bh_window_place_init (BhWindowPlace *self)
{
}

/**
 * bh_window_place_new:
 * @window: a window that is not shown yet
 * @view: its view, whose zoom is kept too
 * @spec: what the manifest says of the window
 * @directory: the app's state directory
 *
 * Sets the window's size, place and manner, and follows it. The result must not outlive @window.
 *
 * Returns: (transfer full): what keeps the window's place
 */
BhWindowPlace *
bh_window_place_new (GtkWindow *window, BhView *view, BhWindowSpec *spec, const char *directory)
{
  BhWindowPlace *self;

  g_return_val_if_fail (GTK_IS_WINDOW (window), NULL);
  g_return_val_if_fail (BH_IS_VIEW (view), NULL);
  g_return_val_if_fail (spec != NULL && directory != NULL, NULL);

  self = g_object_new (BH_TYPE_WINDOW_PLACE, NULL);
  self->window = window;
  self->view = view;
  self->directory = g_strdup (directory);
  self->keeps = bh_window_spec_get_save_state (spec);
  self->floating = TRUE;

  bh_window_state_init (&self->state, spec);
  if (self->keeps)
    bh_window_state_load (&self->state, directory);
  apply (self, spec);

  g_signal_connect_object (window, "configure-event", G_CALLBACK (on_configure), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "window-state-event", G_CALLBACK (on_window_state), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "notify::zoom-level", G_CALLBACK (on_zoom_level_changed), self,
                           G_CONNECT_SWAPPED);

  return self;
}

/**
 * bh_window_place_save:
 * @self: a place
 *
 * Writes down now what has changed. That it can't be written is no reason to disturb anybody.
 */
void
bh_window_place_save (BhWindowPlace *self)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (BH_IS_WINDOW_PLACE (self));

  g_clear_handle_id (&self->save_id, g_source_remove);
  if (!self->keeps)
    return;

  read_place (self);
  if (!bh_window_state_save (&self->state, self->directory, &error))
    g_message ("The window's place can't be kept: %s", error->message);
}

/**
 * bh_window_place_fit_opened:
 * @window: a window that a page has opened, not shown yet
 * @view: its view, `ready-to-show`
 *
 * Gives the view the size that the page has asked for, when it has, as far as that makes a usable
 * window and the screen has room. Where it stands is the desktop's affair.
 */
void
bh_window_place_fit_opened (GtkWindow *window, BhView *view)
{
  GdkRectangle asked;

  g_return_if_fail (GTK_IS_WINDOW (window));
  g_return_if_fail (BH_IS_VIEW (view));

  webkit_window_properties_get_geometry (
      webkit_web_view_get_window_properties (WEBKIT_WEB_VIEW (view)), &asked);
  if (asked.width <= 0 || asked.height <= 0)
    return;

  asked.width = MAX (asked.width, MIN_OPENED_WIDTH);
  asked.height = MAX (asked.height, MIN_OPENED_HEIGHT);
  limit_size (window, &asked.width, &asked.height);
  gtk_window_set_default_size (window, asked.width, asked.height);
}
