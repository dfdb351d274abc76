/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-veil.h"

#include <glib/gi18n.h>

/*
 * Lies over the page of an app that sleeps: dims it, and says that it sleeps and how it wakes.
 *
 * When this process sleeps, too, the window shows that until it is woken from elsewhere, and what
 * was done to it meanwhile arrives afterwards: it is for nobody then. When this process is awake, a
 * click or the button wakes the app.
 */

struct _BhVeil
{
  GtkEventBox parent_instance;

  GtkLabel *text;
  GtkButton *wake_button;

  char *app_name;
  gboolean awake;
};

enum {
  SIGNAL_WAKE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhVeil, bh_veil, GTK_TYPE_EVENT_BOX)

static void
on_wake_clicked (GtkButton *button, gpointer user_data)
{
  bh_veil_wake (BH_VEIL (user_data));
}

static gboolean
bh_veil_button_press_event (GtkWidget *widget, GdkEventButton *event)
{
  bh_veil_wake (BH_VEIL (widget));

  return GDK_EVENT_STOP;
}

/* Nothing of it reaches the page below. */
static gboolean
bh_veil_button_release_event (GtkWidget *widget, GdkEventButton *event)
{
  return GDK_EVENT_STOP;
}

static gboolean
bh_veil_scroll_event (GtkWidget *widget, GdkEventScroll *event)
{
  return GDK_EVENT_STOP;
}

static void
bh_veil_finalize (GObject *object)
{
  BhVeil *self = BH_VEIL (object);

  g_free (self->app_name);

  G_OBJECT_CLASS (bh_veil_parent_class)->finalize (object);
}

static void
bh_veil_class_init (BhVeilClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = bh_veil_finalize;
  widget_class->button_press_event = bh_veil_button_press_event;
  widget_class->button_release_event = bh_veil_button_release_event;
  widget_class->scroll_event = bh_veil_scroll_event;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/bulkhead/Bulkhead/runner/bh-veil.ui");
  gtk_widget_class_bind_template_child (widget_class, BhVeil, text);
  gtk_widget_class_bind_template_child (widget_class, BhVeil, wake_button);
  gtk_widget_class_bind_template_callback (widget_class, on_wake_clicked);

  /**
   * BhVeil::wake:
   *
   * The user wants the app to wake.
   */
  signals[SIGNAL_WAKE]
      = g_signal_new ("wake", BH_TYPE_VEIL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_veil_init (BhVeil *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_add_events (GTK_WIDGET (self), GDK_SCROLL_MASK | GDK_SMOOTH_SCROLL_MASK);
}

/**
 * bh_veil_new:
 * @app_name: the app, for people
 *
 * Returns: (transfer floating): a veil that is not there yet
 */
GtkWidget *
bh_veil_new (const char *app_name)
{
  BhVeil *self;

  g_return_val_if_fail (app_name != NULL, NULL);

  self = g_object_new (BH_TYPE_VEIL, NULL);
  self->app_name = g_strdup (app_name);

  return GTK_WIDGET (self);
}

/**
 * bh_veil_set:
 * @self: a veil
 * @by: who has put the app to sleep, nobody to take the veil away
 * @awake: whether this process goes on meanwhile
 *
 * Shows the veil, or takes it away.
 */
void
bh_veil_set (BhVeil *self, BhSuspension by, gboolean awake)
{
  g_autofree char *text = NULL;

  g_return_if_fail (BH_IS_VEIL (self));

  self->awake = awake;
  if (by == BH_SUSPENSION_IDLE)
    text = g_strdup_printf (_("“%s” was in the background for a while and uses no processor time "
                              "now. It goes on where it was when you click here."),
                            self->app_name);
  else if (awake)
    text = g_strdup_printf (_("“%s” uses no processor time now. It goes on where it was when you "
                              "wake it."),
                            self->app_name);
  else
    text = g_strdup_printf (_("“%s” uses no processor time now, and its window does not answer. "
                              "Open it in Bulkhead again to wake it: it goes on where it was."),
                            self->app_name);
  gtk_label_set_label (self->text, text);
  gtk_widget_set_visible (GTK_WIDGET (self->wake_button), awake);
  gtk_widget_set_visible (GTK_WIDGET (self), by != BH_SUSPENSION_NONE);
  if (by != BH_SUSPENSION_NONE && awake)
    gtk_widget_grab_focus (GTK_WIDGET (self->wake_button));
}

/**
 * bh_veil_wake:
 * @self: a veil
 *
 * The user wants the app to wake, unless that was before this process went on.
 *
 * Returns: whether it does
 */
gboolean
bh_veil_wake (BhVeil *self)
{
  g_return_val_if_fail (BH_IS_VEIL (self), FALSE);

  if (!gtk_widget_get_visible (GTK_WIDGET (self)) || !self->awake)
    return FALSE;
  g_signal_emit (self, signals[SIGNAL_WAKE], 0);

  return TRUE;
}

/**
 * bh_veil_take_key:
 * @self: a veil that is there
 * @event: a key
 *
 * Wakes the app for the keys that press a button. All others are for nobody.
 *
 * Returns: %GDK_EVENT_STOP
 */
gboolean
bh_veil_take_key (BhVeil *self, GdkEventKey *event)
{
  g_return_val_if_fail (BH_IS_VEIL (self), GDK_EVENT_STOP);

  if (event->keyval == GDK_KEY_Return || event->keyval == GDK_KEY_KP_Enter
      || event->keyval == GDK_KEY_space)
    bh_veil_wake (self);

  return GDK_EVENT_STOP;
}
