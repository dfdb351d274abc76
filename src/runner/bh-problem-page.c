/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-problem-page.h"

/*
 * Stands where the page would when there is none: says what happened and offers to load it again.
 * It is a widget and not a web page, because the process that would show one may be what died.
 */

struct _BhProblemPage
{
  GtkBin parent_instance;

  GtkImage *icon;
  GtkLabel *title;
  GtkLabel *text;
  GtkExpander *detail_expander;
  GtkLabel *detail;
  GtkButton *reload_button;

  BhProblem *problem;
};

enum {
  SIGNAL_RELOAD,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhProblemPage, bh_problem_page, GTK_TYPE_BIN)

static void
on_reload_clicked (GtkButton *button, gpointer user_data)
{
  g_signal_emit (BH_PROBLEM_PAGE (user_data), signals[SIGNAL_RELOAD], 0);
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

  G_OBJECT_CLASS (klass)->finalize = bh_problem_page_finalize;

  /**
   * BhProblemPage::reload:
   *
   * The user wants to try again.
   */
  signals[SIGNAL_RELOAD] = g_signal_new ("reload", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bulkhead/Bulkhead/runner/bh-problem-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BhProblemPage, icon);
  gtk_widget_class_bind_template_child (widget_class, BhProblemPage, title);
  gtk_widget_class_bind_template_child (widget_class, BhProblemPage, text);
  gtk_widget_class_bind_template_child (widget_class, BhProblemPage, detail_expander);
  gtk_widget_class_bind_template_child (widget_class, BhProblemPage, detail);
  gtk_widget_class_bind_template_child (widget_class, BhProblemPage, reload_button);
  gtk_widget_class_bind_template_callback (widget_class, on_reload_clicked);
}

static void
bh_problem_page_init (BhProblemPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bh_problem_page_new:
 *
 * Returns: (transfer floating): a page without a problem
 */
GtkWidget *
bh_problem_page_new (void)
{
  return g_object_new (BH_TYPE_PROBLEM_PAGE, NULL);
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
