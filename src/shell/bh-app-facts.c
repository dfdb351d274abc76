/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-app-facts.h"

#include "bh-app-status.h"

#include <glib/gi18n.h>

/*
 * What an app is and where it comes from, to read and to copy from. What is not known is left out.
 */

typedef enum {
  FACT_LAST_END,
  FACT_PID,
  FACT_ISOLATION,
  FACT_PAGE,
  FACT_START_PAGE,
  FACT_ID,
  FACT_SOURCE,
  FACT_MANIFEST,
  N_FACTS,
} Fact;

static const char *const titles[N_FACTS] = {
  [FACT_LAST_END] = N_("Last end"),       [FACT_PID] = N_("PID"),
  [FACT_ISOLATION] = N_("Kept apart by"), [FACT_PAGE] = N_("Page"),
  [FACT_START_PAGE] = N_("Start page"),   [FACT_ID] = N_("ID"),
  [FACT_SOURCE] = N_("Comes from"),       [FACT_MANIFEST] = N_("Manifest"),
};

struct _BhAppFacts
{
  GtkGrid parent_instance;

  GtkWidget *titles[N_FACTS];
  GtkWidget *values[N_FACTS];
};

G_DEFINE_FINAL_TYPE (BhAppFacts, bh_app_facts, GTK_TYPE_GRID)

static const char *
get_source_text (BhAppItem *item)
{
  const char *source = bh_app_item_get_source (item);

  if (g_str_equal (source, "managed"))
    return _("Your administrator");
  if (g_str_equal (source, "user"))
    return _("Your own apps");
  if (g_str_equal (source, "system"))
    return _("Installed for everyone");

  return source;
}

static GtkWidget *
add_label (BhAppFacts *self, int column, int row)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_widget_set_valign (label, GTK_ALIGN_START);
  gtk_grid_attach (GTK_GRID (self), label, column, row, 1, 1);

  return label;
}

static void
add_fact (BhAppFacts *self, Fact fact)
{
  GtkWidget *title = add_label (self, 0, fact);
  GtkWidget *value = add_label (self, 1, fact);

  gtk_label_set_text (GTK_LABEL (title), _(titles[fact]));
  gtk_label_set_xalign (GTK_LABEL (title), 1);
  gtk_style_context_add_class (gtk_widget_get_style_context (title), GTK_STYLE_CLASS_DIM_LABEL);

  gtk_label_set_xalign (GTK_LABEL (value), 0);
  gtk_label_set_selectable (GTK_LABEL (value), TRUE);
  gtk_label_set_line_wrap (GTK_LABEL (value), TRUE);
  gtk_label_set_line_wrap_mode (GTK_LABEL (value), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_width_chars (GTK_LABEL (value), 16);
  gtk_label_set_max_width_chars (GTK_LABEL (value), 44);
  gtk_widget_set_hexpand (value, TRUE);

  atk_object_add_relationship (gtk_widget_get_accessible (value), ATK_RELATION_LABELLED_BY,
                               gtk_widget_get_accessible (title));
  self->titles[fact] = title;
  self->values[fact] = value;
}

static void
set_fact (BhAppFacts *self, Fact fact, const char *value)
{
  gboolean known = value != NULL && *value != '\0';

  /* Setting a text drops what is selected in it. */
  if (known && g_strcmp0 (gtk_label_get_text (GTK_LABEL (self->values[fact])), value) != 0)
    gtk_label_set_text (GTK_LABEL (self->values[fact]), value);
  gtk_widget_set_visible (self->titles[fact], known);
  gtk_widget_set_visible (self->values[fact], known);
}

static const char *
get_isolation_text (BhAppItem *item)
{
  const char *isolation = bh_app_item_get_isolation (item);

  if (g_strcmp0 (isolation, "none") == 0)
    return _("Nothing: it can read your files and those of other apps");

  return isolation != NULL && *isolation != '\0' ? _("A sandbox of its own") : NULL;
}

static void
bh_app_facts_class_init (BhAppFactsClass *klass)
{
}

static void
bh_app_facts_init (BhAppFacts *self)
{
  gtk_grid_set_row_spacing (GTK_GRID (self), 6);
  gtk_grid_set_column_spacing (GTK_GRID (self), 12);
  for (Fact fact = 0; fact < N_FACTS; fact++)
    add_fact (self, fact);
}

/**
 * bh_app_facts_set_item:
 * @self: facts
 * @item: the app that they are about
 *
 * Shows what is known now.
 */
void
bh_app_facts_set_item (BhAppFacts *self, BhAppItem *item)
{
  g_autofree char *reason = NULL;
  g_autofree char *pid = NULL;
  gboolean usable;

  g_return_if_fail (BH_IS_APP_FACTS (self) && BH_IS_APP_ITEM (item));

  usable = !bh_app_item_is_broken (item);
  reason = bh_app_status_dup_reason_text (item);
  if (bh_app_item_get_pid (item) != 0)
    pid = g_strdup_printf ("%u", bh_app_item_get_pid (item));

  set_fact (self, FACT_LAST_END, usable ? reason : NULL);
  set_fact (self, FACT_PID, usable ? pid : NULL);
  set_fact (self, FACT_ISOLATION, usable ? get_isolation_text (item) : NULL);
  set_fact (self, FACT_PAGE, usable ? bh_app_item_get_title (item) : NULL);
  set_fact (self, FACT_START_PAGE, usable ? bh_app_item_get_url (item) : NULL);
  set_fact (self, FACT_ID, bh_app_item_get_id (item));
  set_fact (self, FACT_SOURCE, get_source_text (item));
  set_fact (self, FACT_MANIFEST, bh_app_item_get_manifest_path (item));
}
