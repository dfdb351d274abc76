/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-usage-cell-accessible.h"

#include "bh-cell-renderer-usage.h"

/*
 * A figure in a row as assistive tools see it: what the bar below it shows, they hear as its
 * description. The renderer is the whole column's, so what it says of a row is noted down while the
 * view has set it for that row.
 */

struct _BhUsageCellAccessible
{
  GtkTextCellAccessible parent_instance;

  char *description;
};

G_DEFINE_FINAL_TYPE (BhUsageCellAccessible, bh_usage_cell_accessible, GTK_TYPE_TEXT_CELL_ACCESSIBLE)

static const char *
bh_usage_cell_accessible_get_description (AtkObject *accessible)
{
  BhUsageCellAccessible *self = BH_USAGE_CELL_ACCESSIBLE (accessible);

  return self->description != NULL ? self->description : "";
}

static void
bh_usage_cell_accessible_update_cache (GtkCellAccessible *cell, gboolean emit_signal)
{
  BhUsageCellAccessible *self = BH_USAGE_CELL_ACCESSIBLE (cell);
  g_autoptr (BhCellRendererUsage) renderer = NULL;
  const char *description;

  GTK_CELL_ACCESSIBLE_CLASS (bh_usage_cell_accessible_parent_class)
      ->update_cache (cell, emit_signal);
  g_object_get (self, "renderer", &renderer, NULL);
  description = bh_cell_renderer_usage_get_description (renderer);
  if (g_strcmp0 (self->description, description) == 0)
    return;

  g_free (self->description);
  self->description = g_strdup (description);
  if (emit_signal)
    g_object_notify (G_OBJECT (self), "accessible-description");
}

static void
bh_usage_cell_accessible_finalize (GObject *object)
{
  BhUsageCellAccessible *self = BH_USAGE_CELL_ACCESSIBLE (object);

  g_free (self->description);

  G_OBJECT_CLASS (bh_usage_cell_accessible_parent_class)->finalize (object);
}

static void
bh_usage_cell_accessible_class_init (BhUsageCellAccessibleClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  AtkObjectClass *atk_class = ATK_OBJECT_CLASS (klass);
  GtkCellAccessibleClass *cell_class = GTK_CELL_ACCESSIBLE_CLASS (klass);

  object_class->finalize = bh_usage_cell_accessible_finalize;
  atk_class->get_description = bh_usage_cell_accessible_get_description;
  cell_class->update_cache = bh_usage_cell_accessible_update_cache;
}

static void
bh_usage_cell_accessible_init (BhUsageCellAccessible *self)
{
}
