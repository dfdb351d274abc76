/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-problem-page.h"

#include <glib/gi18n.h>

/*
 * Stands where the page would when there is none: says what happened and offers to load it again.
 * It is a widget and not a web page, because the process that would show one may be what died.
 *
 * When the page will be loaded again by itself, it counts the seconds; who does not want to wait,
 * or wants to look at something first, says so.
 */

struct _BhProblemPage
{
  GtkBin parent_instance;

  GtkImage *icon;
  GtkLabel *title;
  GtkLabel *text;
  GtkExpander *detail_expander;
  GtkLabel *detail;
  GtkLabel *countdown;
  GtkButton *reload_button;
  GtkButton *stay_button;

  BhProblem *problem;
  BhClock *clock;
  guint timer;     /* until the seconds change */
  gint64 deadline; /* when the page is loaded, in monotonic microseconds; 0 for never */
};

enum {
  SIGNAL_RELOAD,
  SIGNAL_STAY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhProblemPage, bh_problem_page, GTK_TYPE_BIN)

static gboolean on_countdown (gpointer user_data);

static void
update_countdown (BhProblemPage *self)
{
  gint64 left = self->deadline - bh_clock_get_time (self->clock);
  gint64 seconds = (left + G_TIME_SPAN_SECOND - 1) / G_TIME_SPAN_SECOND;
  g_autofree char *text = NULL;

  if (left <= 0)
    {
      bh_problem_page_stop (self);
      g_signal_emit (self, signals[SIGNAL_RELOAD], 0);
      return;
    }

  text = g_strdup_printf (g_dngettext (NULL, "The page is loaded again in %u second.",
                                       "The page is loaded again in %u seconds.", (gulong) seconds),
                          (guint) seconds);
  gtk_label_set_label (self->countdown, text);
  left -= (seconds - 1) * G_TIME_SPAN_SECOND;
  self->timer = bh_clock_add_timer (
      self->clock, (guint) ((left + G_TIME_SPAN_MILLISECOND - 1) / G_TIME_SPAN_MILLISECOND),
      on_countdown, self);
}

static gboolean
on_countdown (gpointer user_data)
{
  BhProblemPage *self = BH_PROBLEM_PAGE (user_data);

  self->timer = 0;
  update_countdown (self);

  return G_SOURCE_REMOVE;
}

static void
show_countdown (BhProblemPage *self, gboolean counts)
{
  gtk_widget_set_visible (GTK_WIDGET (self->countdown), counts);
  gtk_widget_set_visible (GTK_WIDGET (self->stay_button), counts);
  gtk_button_set_label (self->reload_button, counts ? _("_Reload Now") : _("_Reload"));
}

static void
on_reload_clicked (GtkButton *button, gpointer user_data)
{
  BhProblemPage *self = BH_PROBLEM_PAGE (user_data);

  bh_problem_page_stop (self);
  g_signal_emit (self, signals[SIGNAL_RELOAD], 0);
}

static void
on_stay_clicked (GtkButton *button, gpointer user_data)
{
  BhProblemPage *self = BH_PROBLEM_PAGE (user_data);

  /* Before its button goes, and the focus with it. */
  gtk_widget_grab_focus (GTK_WIDGET (self->reload_button));
  bh_problem_page_stop (self);
  g_signal_emit (self, signals[SIGNAL_STAY], 0);
}

static void
bh_problem_page_dispose (GObject *object)
{
  BhProblemPage *self = BH_PROBLEM_PAGE (object);

  if (self->clock != NULL)
    bh_clock_clear_timer (self->clock, &self->timer);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (bh_problem_page_parent_class)->dispose (object);
}

static void
bh_problem_page_finalize (GObject *object)
{
  BhProblemPage *self = BH_PROBLEM_PAGE (object);

  g_clear_pointer (&self->problem, bh_problem_unref);

  G_OBJECT_CLASS (bh_problem_page_parent_class)->finalize (object);
}

static void
bh_problem_page_class_init (BhProblemPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bh_problem_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = bh_problem_page_finalize;

  /**
   * BhProblemPage::reload:
   *
   * The user wants to try again, or the countdown is over.
   */
  signals[SIGNAL_RELOAD] = g_signal_new ("reload", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * BhProblemPage::stay:
   *
   * The user does not want what was counted down to.
   */
  signals[SIGNAL_STAY] = g_signal_new ("stay", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bulkhead/Bulkhead/runner/bh-problem-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BhProblemPage, icon);
  gtk_widget_class_bind_template_child (widget_class, BhProblemPage, title);
  gtk_widget_class_bind_template_child (widget_class, BhProblemPage, text);
  gtk_widget_class_bind_template_child (widget_class, BhProblemPage, detail_expander);
  gtk_widget_class_bind_template_child (widget_class, BhProblemPage, detail);
  gtk_widget_class_bind_template_child (widget_class, BhProblemPage, countdown);
  gtk_widget_class_bind_template_child (widget_class, BhProblemPage, reload_button);
  gtk_widget_class_bind_template_child (widget_class, BhProblemPage, stay_button);
  gtk_widget_class_bind_template_callback (widget_class, on_reload_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_stay_clicked);
}

static void
bh_problem_page_init (BhProblemPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bh_problem_page_new:
 * @clock: what it counts by
 *
 * Returns: (transfer floating): a page without a problem
 */
GtkWidget *
bh_problem_page_new (BhClock *clock)
{
  BhProblemPage *self = g_object_new (BH_TYPE_PROBLEM_PAGE, NULL);

  self->clock = g_object_ref (clock);

  return GTK_WIDGET (self);
}

/**
 * bh_problem_page_show:
 * @self: a problem page
 * @problem: what to tell
 */
void
bh_problem_page_show (BhProblemPage *self, BhProblem *problem)
{
  const char *detail;

  g_return_if_fail (BH_IS_PROBLEM_PAGE (self));
  g_return_if_fail (problem != NULL);

  bh_problem_page_stop (self);
  bh_problem_ref (problem);
  g_clear_pointer (&self->problem, bh_problem_unref);
  self->problem = problem;

  detail = bh_problem_get_detail (problem);
  gtk_image_set_from_icon_name (self->icon, bh_problem_get_icon (problem), GTK_ICON_SIZE_DIALOG);
  gtk_label_set_label (self->title, bh_problem_get_title (problem));
  gtk_label_set_label (self->text, bh_problem_get_text (problem));
  gtk_label_set_label (self->detail, detail != NULL ? detail : "");
  gtk_expander_set_expanded (self->detail_expander, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->detail_expander), detail != NULL);
  gtk_widget_grab_focus (GTK_WIDGET (self->reload_button));
}

/**
 * bh_problem_page_count_down:
 * @self: a problem page
 * @delay: milliseconds
 *
 * Says that the page will be loaded again by itself, and counts down to that.
 */
void
bh_problem_page_count_down (BhProblemPage *self, guint delay)
{
  g_return_if_fail (BH_IS_PROBLEM_PAGE (self));

  bh_problem_page_stop (self);
  self->deadline = bh_clock_get_time (self->clock) + delay * G_TIME_SPAN_MILLISECOND;
  show_countdown (self, TRUE);
  update_countdown (self);
}

/**
 * bh_problem_page_stop:
 * @self: a problem page
 *
 * Stops counting, if it does; nothing is loaded.
 */
void
bh_problem_page_stop (BhProblemPage *self)
{
  g_return_if_fail (BH_IS_PROBLEM_PAGE (self));

  if (self->deadline == 0)
    return;
  self->deadline = 0;
  bh_clock_clear_timer (self->clock, &self->timer);
  show_countdown (self, FALSE);
}

/**
 * bh_problem_page_get_problem:
 * @self: a problem page
 *
 * Returns: (transfer none) (nullable): what it tells
 */
BhProblem *
bh_problem_page_get_problem (BhProblemPage *self)
{
  g_return_val_if_fail (BH_IS_PROBLEM_PAGE (self), NULL);

  return self->problem;
}
