/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-task-cell.h"

#include "bh-app-marks.h"
#include "bh-app-status.h"
#include "bh-task-cell-accessible.h"
#include "bh-task-paint.h"

#include <glib/gi18n.h>
#include <string.h>

/*
 * A cell of the task manager. It is told of the row alone and takes from it what it shows. GTK's
 * own cells would lay out each text and load each icon anew whenever they are drawn, and measure
 * both before; hundreds of cells are drawn each second. So all cells of a kind have one size here,
 * which also lets the table know where each row is without asking it, and a text's layout is kept
 * for the next time that it is drawn.
 */

#define APP_ICON_SIZE 24
#define MARK_SIZE     16
#define MARK_GAP      4
#define MAX_LAYOUTS   512

#define GRAPH_WIDTH BH_TASK_HISTORY_SECONDS
#define GRAPH_YPAD  4

#define LESS_ALPHA        0.65
#define INSENSITIVE_ALPHA 0.35

/* What is above and below the icon, and a name with a state. */
#define ICON_AIR 10
#define TEXT_AIR 2

struct _BhTaskCell
{
  GtkCellRenderer parent_instance;

  BhTaskColumn column;
  BhTaskCellPart part;
  gboolean narrow;
  gboolean pressed;
  BhTaskRow *row; /* the latest that it was told of; it may be gone from the table */

  BhTaskIcons *icons;
  GHashTable *layouts; /* text → layout */
  int layout_width;
  guint font_serial;
  int line_height;
};

enum {
  CLICKED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhTaskCell, bh_task_cell, GTK_TYPE_CELL_RENDERER)

static void
forget_old_fonts (BhTaskCell *self, GtkWidget *widget)
{
  guint serial = pango_context_get_serial (gtk_widget_get_pango_context (widget));

  if (serial == self->font_serial)
    return;

  self->font_serial = serial;
  self->line_height = 0;
  g_hash_table_remove_all (self->layouts);
}

static int
get_line_height (BhTaskCell *self, GtkWidget *widget)
{
  PangoContext *context = gtk_widget_get_pango_context (widget);

  forget_old_fonts (self, widget);
  if (self->line_height == 0)
    {
      PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);

      self->line_height = PANGO_PIXELS_CEIL (pango_font_metrics_get_ascent (metrics)
                                             + pango_font_metrics_get_descent (metrics));
      pango_font_metrics_unref (metrics);
    }

  return self->line_height;
}

/* There is always room for two lines: the rows of a table can't change their height. */
static int
get_row_height (BhTaskCell *self, GtkWidget *widget)
{
  return MAX (APP_ICON_SIZE + ICON_AIR, 2 * get_line_height (self, widget) + TEXT_AIR);
}

static void
give_size (int size, int *minimum, int *natural)
{
  if (minimum != NULL)
    *minimum = size;
  if (natural != NULL)
    *natural = size;
}

static void
bh_task_cell_get_preferred_width (GtkCellRenderer *cell,
                                  GtkWidget *widget,
                                  int *minimum,
                                  int *natural)
{
  BhTaskCell *self = BH_TASK_CELL (cell);
  BhAppMark marks[BH_MAX_APP_MARKS];
  int xpad;
  int width = 0;

  gtk_cell_renderer_get_padding (cell, &xpad, NULL);
  switch (self->part)
    {
    case BH_TASK_CELL_ICON:
      width = APP_ICON_SIZE;
      break;
    case BH_TASK_CELL_MARKS:
      /* The only one whose rows differ: the name has the room that is left. */
      if (self->row != NULL && self->row->parent == NULL)
        width = (int) bh_app_marks_list (self->row->item, marks) * (MARK_SIZE + MARK_GAP);
      break;
    case BH_TASK_CELL_GRAPH:
      width = GRAPH_WIDTH;
      break;
    case BH_TASK_CELL_BUTTON:
      width = MARK_SIZE;
      break;
    case BH_TASK_CELL_TEXT:
    default:
      break;
    }
  give_size (width + 2 * xpad, minimum, natural);
}

static void
bh_task_cell_get_preferred_height (GtkCellRenderer *cell,
                                   GtkWidget *widget,
                                   int *minimum,
                                   int *natural)
{
  give_size (get_row_height (BH_TASK_CELL (cell), widget), minimum, natural);
}

static GtkSizeRequestMode
bh_task_cell_get_request_mode (GtkCellRenderer *cell)
{
  return GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

/* In a narrow table the name has below it what the column of states would say. */
static char *
dup_narrow_text (BhTaskCell *self, int *less_from)
{
  BhTaskRow *row = self->row;
  const char *state;

  if (row->parent != NULL)
    return g_strdup (row->role);

  state = bh_task_row_get_text (row, BH_TASK_COLUMN_STATE);
  *less_from = (int) strlen (bh_task_row_get_text (row, self->column));

  return g_strdup_printf ("%s\n%s", bh_task_row_get_text (row, self->column), state);
}

static void
find_less (BhTaskCell *self, int *less_from)
{
  /* What comes behind a process's role is of less interest. */
  if (self->column == BH_TASK_COLUMN_NAME && self->row->parent != NULL)
    *less_from = (int) strlen (self->row->role);
}

static PangoLayout *
create_layout (BhTaskCell *self, GtkWidget *widget, const char *text, int width, int less_from)
{
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  PangoLayout *layout = gtk_widget_create_pango_layout (widget, text);

  /* Digits of one width keep their places from second to second. */
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  if (less_from >= 0)
    {
      PangoAttribute *weaker
          = pango_attr_foreground_alpha_new ((guint16) (LESS_ALPHA * G_MAXUINT16));
      PangoAttribute *smaller = pango_attr_scale_new (PANGO_SCALE_SMALL);

      weaker->start_index = smaller->start_index = (guint) less_from;
      pango_attr_list_insert (attributes, weaker);
      pango_attr_list_insert (attributes, smaller);
    }
  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_width (layout, MAX (width, 0) * PANGO_SCALE);
  /* In right-to-left texts both mean the other side, as they shall. */
  pango_layout_set_alignment (layout, bh_task_column_get_info (self->column)->xalign > 0.5f
                                          ? PANGO_ALIGN_RIGHT
                                          : PANGO_ALIGN_LEFT);
  /* As many lines as are in the text, and none more. */
  pango_layout_set_height (layout, 0);
  if (self->narrow && self->column == BH_TASK_COLUMN_NAME)
    pango_layout_set_height (layout, -1);

  return layout;
}

static PangoLayout *
get_layout (BhTaskCell *self, GtkWidget *widget, int width)
{
  g_autofree char *narrow_text = NULL;
  const char *text;
  int less_from = -1;
  PangoLayout *layout;

  forget_old_fonts (self, widget);
  if (self->layout_width != width || g_hash_table_size (self->layouts) >= MAX_LAYOUTS)
    g_hash_table_remove_all (self->layouts);
  self->layout_width = width;

  if (self->narrow && self->column == BH_TASK_COLUMN_NAME)
    text = narrow_text = dup_narrow_text (self, &less_from);
  else
    text = bh_task_row_get_text (self->row, self->column);
  layout = g_hash_table_lookup (self->layouts, text);
  if (layout == NULL)
    {
      if (narrow_text == NULL)
        find_less (self, &less_from);
      layout = create_layout (self, widget, text, width, less_from);
      g_hash_table_insert (self->layouts, g_strdup (text), layout);
    }

  return layout;
}

static void
render_text (BhTaskCell *self,
             cairo_t *cr,
             GtkWidget *widget,
             const GdkRectangle *area,
             gboolean selected)
{
  const BhTaskColumnInfo *info = bh_task_column_get_info (self->column);
  PangoLayout *layout = get_layout (self, widget, area->width);
  double fraction = -1;
  int height;

  pango_layout_get_pixel_size (layout, NULL, &height);
  gtk_render_layout (gtk_widget_get_style_context (widget), cr, area->x,
                     area->y + (area->height - height) / 2, layout);

  if (info->look == BH_TASK_LOOK_USAGE)
    fraction = bh_task_row_get_fraction (self->row, self->column);
  if (fraction >= 0)
    bh_task_paint_bar (cr, widget, area, fraction, selected);
}

static void
render_icon (BhTaskCell *self, cairo_t *cr, GtkWidget *widget, const GdkRectangle *area)
{
  cairo_surface_t *surface;

  if (self->row->parent != NULL)
    return;

  surface
      = bh_app_item_get_icon (self->row->item, APP_ICON_SIZE, gtk_widget_get_scale_factor (widget));
  cairo_set_source_surface (cr, surface, area->x, area->y + (area->height - APP_ICON_SIZE) / 2);
  cairo_paint (cr);
}

static void
render_marks (BhTaskCell *self, cairo_t *cr, GtkWidget *widget, const GdkRectangle *area)
{
  BhAppMark marks[BH_MAX_APP_MARKS];
  guint n_marks;

  if (self->row->parent != NULL)
    return;

  n_marks = bh_app_marks_list (self->row->item, marks);
  for (guint i = 0; i < n_marks; i++)
    bh_task_icons_draw (self->icons, cr, widget, marks[i].icon,
                        area->x + (int) i * (MARK_SIZE + MARK_GAP) + MARK_GAP,
                        area->y + area->height / 2.0, 1);
}

static const char *
get_button_icon (BhTaskCell *self)
{
  switch ((guint) self->column)
    {
    case BH_TASK_COLUMN_STOP:
      return "media-playback-stop-symbolic";
    case BH_TASK_COLUMN_RESTART:
      return "view-refresh-symbolic";
    default:
      return bh_app_status_has_instance (self->row->item) ? "process-stop-symbolic"
                                                          : "window-close-symbolic";
    }
}

static gboolean
can_press (BhTaskCell *self)
{
  BhAppItem *item = self->row->item;

  switch ((guint) self->column)
    {
    case BH_TASK_COLUMN_STOP:
      return bh_app_status_can (item, BH_APP_ACTION_STOP);
    case BH_TASK_COLUMN_RESTART:
      return bh_app_status_can (item, BH_APP_ACTION_RESTART);
    default:
      return !bh_app_status_has_instance (item) || bh_app_status_can (item, BH_APP_ACTION_KILL);
    }
}

static void
render_button (BhTaskCell *self, cairo_t *cr, GtkWidget *widget, const GdkRectangle *area)
{
  if (self->row->parent != NULL)
    return;

  bh_task_icons_draw (self->icons, cr, widget, get_button_icon (self),
                      area->x + (area->width - MARK_SIZE) / 2, area->y + area->height / 2.0,
                      can_press (self) ? 1 : INSENSITIVE_ALPHA);
}

static void
bh_task_cell_render (GtkCellRenderer *cell,
                     cairo_t *cr,
                     GtkWidget *widget,
                     const GdkRectangle *background_area,
                     const GdkRectangle *cell_area,
                     GtkCellRendererState flags)
{
  BhTaskCell *self = BH_TASK_CELL (cell);
  gboolean selected = (flags & GTK_CELL_RENDERER_SELECTED) != 0;
  GdkRectangle area = *cell_area;
  int xpad;

  if (self->row == NULL)
    return;

  gtk_cell_renderer_get_padding (cell, &xpad, NULL);
  area.x += xpad;
  area.width -= 2 * xpad;
  if (area.width <= 0)
    return;

  switch (self->part)
    {
    case BH_TASK_CELL_ICON:
      render_icon (self, cr, widget, &area);
      break;
    case BH_TASK_CELL_MARKS:
      render_marks (self, cr, widget, &area);
      break;
    case BH_TASK_CELL_GRAPH:
      area.y += GRAPH_YPAD;
      area.height -= 2 * GRAPH_YPAD;
      bh_task_paint_graph (cr, widget, &area, self->row, self->column, selected);
      break;
    case BH_TASK_CELL_BUTTON:
      render_button (self, cr, widget, &area);
      break;
    case BH_TASK_CELL_TEXT:
    default:
      render_text (self, cr, widget, &area, selected);
      break;
    }
}

static gboolean
bh_task_cell_activate (GtkCellRenderer *cell,
                       GdkEvent *event,
                       GtkWidget *widget,
                       const char *path,
                       const GdkRectangle *background_area,
                       const GdkRectangle *cell_area,
                       GtkCellRendererState flags)
{
  BhTaskCell *self = BH_TASK_CELL (cell);

  /* Return on a row is for the row: only a press on the button is meant for it. */
  if (self->part != BH_TASK_CELL_BUTTON || event == NULL || event->type != GDK_BUTTON_PRESS
      || event->button.button != GDK_BUTTON_PRIMARY)
    return FALSE;
  if (self->row == NULL || self->row->parent != NULL || !can_press (self))
    return FALSE;

  g_signal_emit (cell, signals[CLICKED], 0, path);

  return TRUE;
}

static void
bh_task_cell_finalize (GObject *object)
{
  BhTaskCell *self = BH_TASK_CELL (object);

  g_clear_pointer (&self->row, bh_task_row_unref);
  g_hash_table_unref (self->layouts);
  g_object_unref (self->icons);

  G_OBJECT_CLASS (bh_task_cell_parent_class)->finalize (object);
}

static void
bh_task_cell_class_init (BhTaskCellClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkCellRendererClass *cell_class = GTK_CELL_RENDERER_CLASS (klass);

  object_class->finalize = bh_task_cell_finalize;
  cell_class->get_preferred_width = bh_task_cell_get_preferred_width;
  cell_class->get_preferred_height = bh_task_cell_get_preferred_height;
  cell_class->get_request_mode = bh_task_cell_get_request_mode;
  cell_class->render = bh_task_cell_render;
  cell_class->activate = bh_task_cell_activate;
  gtk_cell_renderer_class_set_accessible_type (cell_class, BH_TYPE_TASK_CELL_ACCESSIBLE);

  /**
   * BhTaskCell::clicked:
   * @path: the row
   *
   * The button was pressed.
   */
  signals[CLICKED] = g_signal_new ("clicked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
bh_task_cell_init (BhTaskCell *self)
{
  self->icons = bh_task_icons_new ();
  self->layouts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

/**
 * bh_task_cell_new:
 * @column: the column
 * @part: what of it
 *
 * Returns: (transfer floating): a cell
 */
GtkCellRenderer *
bh_task_cell_new (BhTaskColumn column, BhTaskCellPart part)
{
  BhTaskCell *self = g_object_new (BH_TYPE_TASK_CELL, NULL);

  self->column = column;
  self->part = part;
  gtk_cell_renderer_set_padding (GTK_CELL_RENDERER (self),
                                 part == BH_TASK_CELL_BUTTON ? 8
                                 : part == BH_TASK_CELL_TEXT ? 4
                                                             : 2,
                                 0);
  if (part == BH_TASK_CELL_BUTTON)
    g_object_set (self, "mode", GTK_CELL_RENDERER_MODE_ACTIVATABLE, NULL);

  return GTK_CELL_RENDERER (self);
}

/**
 * bh_task_cell_set_row:
 * @self: a cell
 * @row: (nullable): the row that it shows next
 */
void
bh_task_cell_set_row (BhTaskCell *self, BhTaskRow *row)
{
  g_return_if_fail (BH_IS_TASK_CELL (self));

  if (self->row == row)
    return;

  if (row != NULL)
    bh_task_row_ref (row);
  g_clear_pointer (&self->row, bh_task_row_unref);
  self->row = row;
}

/**
 * bh_task_cell_set_narrow:
 * @self: a cell
 * @narrow: whether the name has the state below it
 */
void
bh_task_cell_set_narrow (BhTaskCell *self, gboolean narrow)
{
  g_return_if_fail (BH_IS_TASK_CELL (self));

  self->narrow = !!narrow;
  g_hash_table_remove_all (self->layouts);
}

/**
 * bh_task_cell_is_button:
 * @self: a cell
 *
 * Returns: whether the row that it shows has a button in it
 */
gboolean
bh_task_cell_is_button (BhTaskCell *self)
{
  g_return_val_if_fail (BH_IS_TASK_CELL (self), FALSE);

  return self->part == BH_TASK_CELL_BUTTON && self->row != NULL && self->row->parent == NULL;
}

/**
 * bh_task_cell_get_pressed:
 * @self: a cell
 *
 * Returns: whether the row is being activated because this button of it was pressed
 */
gboolean
bh_task_cell_get_pressed (BhTaskCell *self)
{
  g_return_val_if_fail (BH_IS_TASK_CELL (self), FALSE);

  return self->pressed;
}

/**
 * bh_task_cell_set_pressed:
 * @self: a cell
 * @pressed: whether a row's activation that comes now means this button
 */
void
bh_task_cell_set_pressed (BhTaskCell *self, gboolean pressed)
{
  g_return_if_fail (BH_IS_TASK_CELL (self));

  self->pressed = !!pressed;
}

/**
 * bh_task_cell_dup_button_label:
 * @column: a column of buttons
 * @row: a row
 *
 * Returns: (transfer full) (nullable): what the row's button there does, %NULL when it has none
 */
char *
bh_task_cell_dup_button_label (BhTaskColumn column, BhTaskRow *row)
{
  const char *name;

  g_return_val_if_fail (row != NULL, NULL);

  if (row->parent != NULL)
    return NULL;

  name = bh_app_item_get_name (row->item);
  switch ((guint) column)
    {
    case BH_TASK_COLUMN_STOP:
      return g_strdup_printf (_("Stop %s"), name);
    case BH_TASK_COLUMN_RESTART:
      return g_strdup_printf (_("Restart %s"), name);
    case BH_TASK_COLUMN_END:
      return bh_app_status_has_instance (row->item)
                 ? g_strdup_printf (_("Kill %s with all its processes"), name)
                 : g_strdup_printf (_("Take %s off the list"), name);
    default:
      return NULL;
    }
}

static char *
dup_graph_text (BhTaskCell *self)
{
  const BhTaskHistory *history = self->row->history;
  gboolean is_cpu = self->column == BH_TASK_COLUMN_CPU_GRAPH;
  gint64 most = -1;
  g_autofree char *text = NULL;

  for (guint age = 0; history != NULL && age < BH_TASK_HISTORY_SECONDS; age++)
    most = MAX (most,
                bh_task_history_get (is_cpu ? history->cpu : history->memory, history->last, age));
  if (most < 0)
    return g_strdup ("");

  if (!is_cpu)
    {
      text = bh_task_format_memory (most);
      return g_strdup_printf (_("At most %s of memory in the last minute"), text);
    }
  text = bh_task_format_cpu ((double) most / BH_TASK_CPU_UNIT / self->row->cpu_divisor);

  return g_strdup_printf (_("At most %s CPU in the last minute"), text);
}

/**
 * bh_task_cell_dup_name:
 * @self: a cell
 *
 * Returns: (transfer full): what it shows of the row, for those who can't see it
 */
char *
bh_task_cell_dup_name (BhTaskCell *self)
{
  char *label = NULL;

  g_return_val_if_fail (BH_IS_TASK_CELL (self), NULL);

  if (self->row == NULL)
    return g_strdup ("");

  switch (self->part)
    {
    case BH_TASK_CELL_TEXT:
      return g_strdup (bh_task_row_get_text (self->row, self->column));
    case BH_TASK_CELL_MARKS:
      return self->row->parent == NULL ? bh_app_marks_dup_texts (self->row->item, ", ")
                                       : g_strdup ("");
    case BH_TASK_CELL_GRAPH:
      return dup_graph_text (self);
    case BH_TASK_CELL_BUTTON:
      label = bh_task_cell_dup_button_label (self->column, self->row);
      return label != NULL ? label : g_strdup ("");
    case BH_TASK_CELL_ICON:
    default:
      return g_strdup ("");
    }
}

/**
 * bh_task_cell_dup_description:
 * @self: a cell
 *
 * Returns: (transfer full) (nullable): what a bar in it shows, for those who can't see it
 */
char *
bh_task_cell_dup_description (BhTaskCell *self)
{
  g_return_val_if_fail (BH_IS_TASK_CELL (self), NULL);

  if (self->row == NULL || self->part != BH_TASK_CELL_TEXT
      || bh_task_column_get_info (self->column)->look != BH_TASK_LOOK_USAGE)
    return NULL;

  return bh_task_row_dup_usage (self->row, self->column);
}
