/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-limit-row.h"

#include "bh-limit-text.h"
#include "bh-task-format.h"

#include <glib/gi18n.h>

/*
 * One limit to read and to change: its name, a field, and below that what is used of it, who holds
 * the app to it and where it comes from, or what is wrong with what is being typed. The widgets are
 * the grid's.
 */

struct _BhLimitRow
{
  GObject parent_instance;

  BhLimitKinds kind;
  BhAppLimits *limits;
  gboolean running;
  double used;  /* negative when it was not measured */
  guint64 most; /* what the value may not exceed, 0 for anything */

  GtkWidget *entry;
  GtkWidget *bar;
  GtkWidget *caption;
  char *shown; /* what the field was set to */
  guint64 value;
  char *problem;
  gboolean updating;
};

enum {
  CHANGED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhLimitRow, bh_limit_row, G_TYPE_OBJECT)

static gboolean
is_managed (BhLimitRow *self)
{
  return bh_app_limits_get_origin (self->limits, self->kind) == BH_LIMIT_ORIGIN_MANAGED;
}

/* A soft limit that nobody has set follows the hard one. */
static gboolean
is_derived (BhLimitRow *self)
{
  g_autoptr (BhLimits) derived = NULL;

  if (self->kind != BH_LIMIT_MEMORY_HIGH)
    return FALSE;
  derived = bh_limits_new (bh_app_limits_get_value (self->limits, BH_LIMIT_MEMORY), 0, 0, 0, 0);

  return bh_limits_get_memory_high (derived)
         == bh_app_limits_get_value (self->limits, BH_LIMIT_MEMORY_HIGH);
}

static char *
dup_field_text (BhLimitRow *self)
{
  guint64 value = bh_app_limits_get_value (self->limits, self->kind);

  return value != 0 && !is_derived (self) ? bh_limit_write (self->kind, value) : g_strdup ("");
}

static const char *
get_origin_text (BhLimitRow *self)
{
  if (is_derived (self) && bh_app_limits_get_value (self->limits, self->kind) != 0)
    return NULL;
  switch (bh_app_limits_get_origin (self->limits, self->kind))
    {
    case BH_LIMIT_ORIGIN_DEFAULT:
      return _("Default for all apps");
    case BH_LIMIT_ORIGIN_MANIFEST:
      return _("From the app’s manifest");
    case BH_LIMIT_ORIGIN_MANAGED:
      return _("Set by your administrator");
    case BH_LIMIT_ORIGIN_SET:
      return _("Set by you");
    case BH_LIMIT_ORIGIN_NONE:
    default:
      return NULL;
    }
}

static char *
dup_used_text (BhLimitRow *self)
{
  if (self->used < 0)
    return NULL;

  return self->kind == BH_LIMIT_CPU ? bh_task_format_cpu (self->used)
                                    : bh_limit_format (self->kind, (guint64) self->used);
}

/* What is used, who holds it and where it comes from, as far as there is something to tell. */
static char *
dup_caption (BhLimitRow *self)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  guint64 value = bh_app_limits_get_value (self->limits, self->kind);
  BhLimitHolder holder = bh_app_limits_get_holder (self->limits, self->kind);
  g_autofree char *used = self->running ? dup_used_text (self) : NULL;
  const char *origin = get_origin_text (self);

  if (value != 0 && used != NULL && holder != BH_LIMIT_HOLDER_NONE)
    g_ptr_array_add (parts, bh_app_limits_dup_text (self->limits, self->kind, used));
  else if (value != 0 && self->running)
    g_ptr_array_add (parts,
                     g_strdup (holder != BH_LIMIT_HOLDER_NONE ? bh_limit_holder_get_label (holder)
                                                              : _("Nobody holds the app to it")));
  else if (value != 0 && is_derived (self))
    g_ptr_array_add (parts, bh_limit_format (self->kind, value));
  else if (used != NULL)
    /* Translators: what an app uses, for which it has no limit: “312 MiB used”. */
    g_ptr_array_add (parts, g_strdup_printf (_("%s used"), used));
  if (origin != NULL)
    g_ptr_array_add (parts, g_strdup (origin));
  g_ptr_array_add (parts, NULL);

  return g_strjoinv (" · ", (char **) parts->pdata);
}

static void
update_caption (BhLimitRow *self)
{
  g_autofree char *caption = self->problem == NULL ? dup_caption (self) : NULL;
  double fraction = bh_app_limits_get_fraction (self->limits, self->kind, self->used);
  GtkStyleContext *style = gtk_widget_get_style_context (self->caption);

  gtk_label_set_text (GTK_LABEL (self->caption), self->problem != NULL ? self->problem : caption);
  gtk_widget_set_visible (self->caption, *gtk_label_get_text (GTK_LABEL (self->caption)) != '\0');
  if (self->problem != NULL)
    gtk_style_context_add_class (style, GTK_STYLE_CLASS_ERROR);
  else
    gtk_style_context_remove_class (style, GTK_STYLE_CLASS_ERROR);

  gtk_widget_set_visible (self->bar, fraction >= 0 && self->running && self->problem == NULL);
  if (fraction >= 0)
    gtk_level_bar_set_value (GTK_LEVEL_BAR (self->bar), fraction);
}

static void
set_problem (BhLimitRow *self, const char *problem)
{
  GtkStyleContext *style = gtk_widget_get_style_context (self->entry);

  g_free (self->problem);
  self->problem = g_strdup (problem);
  gtk_entry_set_icon_from_icon_name (GTK_ENTRY (self->entry), GTK_ENTRY_ICON_SECONDARY,
                                     problem != NULL ? "dialog-error-symbolic" : NULL);
  if (problem != NULL)
    gtk_style_context_add_class (style, GTK_STYLE_CLASS_ERROR);
  else
    gtk_style_context_remove_class (style, GTK_STYLE_CLASS_ERROR);
}

static void
validate (BhLimitRow *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_entry_get_text (GTK_ENTRY (self->entry))));
  g_autoptr (GError) error = NULL;

  self->value = 0;
  if (*text == '\0' || bh_limit_parse (self->kind, text, &self->value, &error))
    {
      if (self->most != 0 && self->value > self->most)
        set_problem (self, _("This can’t be more than the memory limit"));
      else
        set_problem (self, NULL);
    }
  else
    {
      set_problem (self, error->message);
    }
  update_caption (self);
}

static void
on_entry_changed (GtkEditable *editable, BhLimitRow *self)
{
  if (self->updating)
    return;
  validate (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
show_value (BhLimitRow *self)
{
  g_free (self->shown);
  self->shown = dup_field_text (self);
  if (g_strcmp0 (gtk_entry_get_text (GTK_ENTRY (self->entry)), self->shown) == 0)
    return;
  self->updating = TRUE;
  gtk_entry_set_text (GTK_ENTRY (self->entry), self->shown);
  self->updating = FALSE;
}

static void
bh_limit_row_dispose (GObject *object)
{
  BhLimitRow *self = BH_LIMIT_ROW (object);

  if (self->entry != NULL)
    g_signal_handlers_disconnect_by_data (self->entry, self);
  g_clear_object (&self->entry);
  g_clear_object (&self->bar);
  g_clear_object (&self->caption);

  G_OBJECT_CLASS (bh_limit_row_parent_class)->dispose (object);
}

static void
bh_limit_row_finalize (GObject *object)
{
  BhLimitRow *self = BH_LIMIT_ROW (object);

  bh_app_limits_unref (self->limits);
  g_free (self->shown);
  g_free (self->problem);

  G_OBJECT_CLASS (bh_limit_row_parent_class)->finalize (object);
}

static void
bh_limit_row_class_init (BhLimitRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_limit_row_dispose;
  object_class->finalize = bh_limit_row_finalize;

  /**
   * BhLimitRow::changed:
   *
   * The user has typed.
   */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_limit_row_init (BhLimitRow *self)
{
  self->limits = bh_app_limits_new (NULL, NULL, NULL, FALSE);
  self->used = -1;
  self->shown = g_strdup ("");
}

static GtkWidget *
make_bar (void)
{
  GtkWidget *bar = gtk_level_bar_new ();

  gtk_level_bar_remove_offset_value (GTK_LEVEL_BAR (bar), NULL);
  /* Up to there it has the theme's colour for what is chosen, from there on that for a warning. */
  gtk_level_bar_add_offset_value (GTK_LEVEL_BAR (bar), GTK_LEVEL_BAR_OFFSET_HIGH, BH_USAGE_NEAR);
  gtk_level_bar_add_offset_value (GTK_LEVEL_BAR (bar), GTK_LEVEL_BAR_OFFSET_LOW, 1);
  gtk_style_context_add_class (gtk_widget_get_style_context (bar), "bh-usage");

  return bar;
}

static const char *
get_example (BhLimitKinds kind)
{
  switch (kind)
    {
    case BH_LIMIT_MEMORY:
    case BH_LIMIT_MEMORY_HIGH:
      return _("Such as 512M or 2G");
    case BH_LIMIT_CPU:
      return _("Such as 50%; 200% is two cores");
    case BH_LIMIT_CPU_TIME:
      return _("Such as 90s or 1h");
    case BH_LIMIT_TASKS:
    default:
      return _("Such as 256");
    }
}

/**
 * bh_limit_row_new:
 * @grid: where to put it, in two columns
 * @top: the row of the grid
 * @kind: which limit
 *
 * Returns: (transfer full): a row without a limit
 */
BhLimitRow *
bh_limit_row_new (GtkGrid *grid, int top, BhLimitKinds kind)
{
  BhLimitRow *self;
  GtkWidget *label;
  GtkWidget *box;
  AtkObject *accessible;

  g_return_val_if_fail (GTK_IS_GRID (grid), NULL);

  self = g_object_new (BH_TYPE_LIMIT_ROW, NULL);
  self->kind = kind;

  label = gtk_label_new (bh_limit_get_label (kind));
  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_widget_set_valign (label, GTK_ALIGN_START);
  gtk_widget_set_margin_top (label, 8);
  gtk_style_context_add_class (gtk_widget_get_style_context (label), GTK_STYLE_CLASS_DIM_LABEL);
  gtk_grid_attach (grid, label, 0, top, 1, 1);

  self->entry = g_object_ref_sink (gtk_entry_new ());
  gtk_entry_set_width_chars (GTK_ENTRY (self->entry), 14);
  gtk_entry_set_activates_default (GTK_ENTRY (self->entry), TRUE);
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), self->entry);
  gtk_widget_set_tooltip_text (self->entry, get_example (kind));
  g_signal_connect (self->entry, "changed", G_CALLBACK (on_entry_changed), self);

  self->bar = g_object_ref_sink (make_bar ());
  self->caption = g_object_ref_sink (gtk_label_new (NULL));
  gtk_label_set_xalign (GTK_LABEL (self->caption), 0);
  gtk_label_set_line_wrap (GTK_LABEL (self->caption), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (self->caption), 44);
  gtk_style_context_add_class (gtk_widget_get_style_context (self->caption), "bh-caption");

  box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_set_hexpand (box, TRUE);
  gtk_box_pack_start (GTK_BOX (box), self->entry, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), self->bar, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), self->caption, FALSE, FALSE, 0);
  gtk_grid_attach (grid, box, 1, top, 1, 1);
  gtk_widget_show (label);
  gtk_widget_show (box);
  gtk_widget_show (self->entry);

  accessible = gtk_widget_get_accessible (self->entry);
  atk_object_add_relationship (accessible, ATK_RELATION_LABELLED_BY,
                               gtk_widget_get_accessible (label));
  atk_object_set_name (accessible, bh_limit_get_label (kind));
  atk_object_add_relationship (accessible, ATK_RELATION_DESCRIBED_BY,
                               gtk_widget_get_accessible (self->caption));
  atk_object_set_name (gtk_widget_get_accessible (self->bar), bh_limit_get_label (kind));

  return self;
}

/**
 * bh_limit_row_set_limits:
 * @self: a row
 * @limits: the app's limits
 * @running: whether the app runs
 *
 * Shows what the limit is now. What the user has typed stays.
 */
void
bh_limit_row_set_limits (BhLimitRow *self, BhAppLimits *limits, gboolean running)
{
  gboolean typed;

  g_return_if_fail (BH_IS_LIMIT_ROW (self) && limits != NULL);

  typed = bh_limit_row_is_changed (self);
  bh_app_limits_ref (limits);
  bh_app_limits_unref (self->limits);
  self->limits = limits;
  self->running = running;
  gtk_widget_set_sensitive (self->entry, !is_managed (self));
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->entry),
                                  self->kind == BH_LIMIT_MEMORY_HIGH
                                          && bh_app_limits_get_value (limits, BH_LIMIT_MEMORY) != 0
                                      ? _("90 % of the memory limit")
                                      : _("No limit"));
  if (!typed)
    show_value (self);
  validate (self);
}

/**
 * bh_limit_row_set_used:
 * @self: a row
 * @used: what is used, in the limit's unit; negative when it was not measured
 */
void
bh_limit_row_set_used (BhLimitRow *self, double used)
{
  g_return_if_fail (BH_IS_LIMIT_ROW (self));

  self->used = used;
  update_caption (self);
}

/**
 * bh_limit_row_reset:
 * @self: a row
 *
 * Forgets what the user has typed.
 */
void
bh_limit_row_reset (BhLimitRow *self)
{
  g_return_if_fail (BH_IS_LIMIT_ROW (self));

  show_value (self);
  validate (self);
}

/**
 * bh_limit_row_is_changed:
 * @self: a row
 *
 * Returns: whether the user has typed something else than what the limit is
 */
gboolean
bh_limit_row_is_changed (BhLimitRow *self)
{
  g_return_val_if_fail (BH_IS_LIMIT_ROW (self), FALSE);

  return !g_str_equal (gtk_entry_get_text (GTK_ENTRY (self->entry)), self->shown);
}

/**
 * bh_limit_row_is_valid:
 * @self: a row
 *
 * Returns: whether what the field says can be a limit
 */
gboolean
bh_limit_row_is_valid (BhLimitRow *self)
{
  g_return_val_if_fail (BH_IS_LIMIT_ROW (self), FALSE);

  return self->problem == NULL;
}

/**
 * bh_limit_row_get_value:
 * @self: a row that is valid
 *
 * Returns: what the field says, 0 for no limit
 */
guint64
bh_limit_row_get_value (BhLimitRow *self)
{
  g_return_val_if_fail (BH_IS_LIMIT_ROW (self), 0);

  return self->value;
}

/**
 * bh_limit_row_set_most:
 * @self: a row
 * @most: what its value may not exceed, 0 for anything
 */
void
bh_limit_row_set_most (BhLimitRow *self, guint64 most)
{
  g_return_if_fail (BH_IS_LIMIT_ROW (self));

  if (self->most == most)
    return;
  self->most = most;
  validate (self);
}
