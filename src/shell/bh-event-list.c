/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-event-list.h"

#include "bh-event-symbol.h"

#include <glib/gi18n.h>

/*
 * What happened to an app, the latest first: when, what, why, and what it had used. New events
 * come at the top and older ones, when they are wanted, at the bottom; the rows that are there
 * stay.
 */

#define PAGE 50

struct _BhEventList
{
  GtkBox parent_instance;

  BhAppEvents *events;
  GPtrArray *shown; /* the latest first, as the rows */
  guint n_wanted;

  GtkLabel *status;
  GtkWidget *frame;
  GtkListBox *list;
  GtkWidget *buttons;
  GtkWidget *older_button;
};

G_DEFINE_FINAL_TYPE (BhEventList, bh_event_list, GTK_TYPE_BOX)

static char *
format_time (gint64 time)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  if (g_date_time_get_year (local) == g_date_time_get_year (now)
      && g_date_time_get_day_of_year (local) == g_date_time_get_day_of_year (now))
    return g_date_time_format (local, _("%H:%M:%S"));

  /* Translators: a moment of another day, for strftime: “23 Nov, 14:05:30”. */
  return g_date_time_format (local, _("%-d %b, %H:%M:%S"));
}

static GtkWidget *
add_label (GtkWidget *box, const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_line_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (style != NULL)
    gtk_style_context_add_class (gtk_widget_get_style_context (label), style);
  gtk_container_add (GTK_CONTAINER (box), label);

  return label;
}

static void
make_bold (GtkWidget *label)
{
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  gtk_label_set_attributes (GTK_LABEL (label), attributes);
  pango_attr_list_unref (attributes);
}

static GtkWidget *
build_row (BhJournalEvent *event)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *symbol = bh_event_symbol_widget_new (bh_journal_event_get_symbol (event));
  GtkWidget *time;
  g_autofree char *time_text = format_time (bh_journal_event_get_time (event));
  g_autofree char *figures = bh_journal_event_dup_figures (event);
  g_autofree char *name = NULL;
  const char *title = bh_journal_event_get_title (event);
  const char *text = bh_journal_event_get_text (event);

  g_object_set (box, "margin", 6, NULL);
  gtk_widget_set_margin_top (symbol, 1);
  gtk_container_add (GTK_CONTAINER (box), symbol);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_container_add (GTK_CONTAINER (box), words);
  make_bold (add_label (words, title, NULL));
  if (*text != '\0' && !g_str_equal (text, title))
    add_label (words, text, NULL);
  if (*figures != '\0')
    add_label (words, figures, "bh-caption");
  time = gtk_label_new (time_text);
  gtk_widget_set_valign (time, GTK_ALIGN_START);
  gtk_style_context_add_class (gtk_widget_get_style_context (time), "bh-caption");
  gtk_container_add (GTK_CONTAINER (box), time);
  gtk_container_add (GTK_CONTAINER (row), box);

  /* Translators: an event as a screen reader tells it: when, what, and the message. */
  name = g_strdup_printf (_("%s, %s. %s"), time_text, title, text);
  g_strchomp (name);
  atk_object_set_name (gtk_widget_get_accessible (row), name);
  gtk_widget_show_all (row);

  return row;
}

static void
update_words (BhEventList *self)
{
  GPtrArray *list = bh_app_events_get_list (self->events);
  const char *error = bh_app_events_get_error (self->events);
  g_autofree char *text = NULL;

  if (error != NULL)
    text = g_strdup_printf (_("What has happened to this app can’t be shown. %s"), error);
  else if (list->len == 0 && bh_app_events_get_loaded (self->events))
    text = g_strdup (_("Nothing is known to have happened to this app yet."));
  else if (list->len == 0)
    text = g_strdup (_("Looking…"));
  gtk_label_set_text (self->status, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->status), text != NULL);
  gtk_widget_set_visible (self->frame, self->shown->len > 0);
  gtk_widget_set_visible (self->buttons, self->shown->len > 0);
  gtk_widget_set_visible (self->older_button,
                          self->shown->len < list->len || bh_app_events_get_older (self->events));
}

static gboolean
is_shown_in (BhEventList *self, GPtrArray *list)
{
  BhJournalEvent *latest;

  if (self->shown->len == 0)
    return TRUE;

  latest = g_ptr_array_index (self->shown, 0);
  for (guint i = list->len; i > 0; i--)
    {
      BhJournalEvent *event = g_ptr_array_index (list, i - 1);

      if (bh_journal_event_get_number (event) == bh_journal_event_get_number (latest)
          && bh_journal_event_get_time (event) == bh_journal_event_get_time (latest))
        return TRUE;
    }

  return FALSE;
}

static void
clear (BhEventList *self)
{
  GList *rows = gtk_container_get_children (GTK_CONTAINER (self->list));

  g_list_free_full (rows, (GDestroyNotify) gtk_widget_destroy);
  g_ptr_array_set_size (self->shown, 0);
}

static void
update (BhEventList *self)
{
  GPtrArray *list = bh_app_events_get_list (self->events);
  guint64 latest = 0;
  guint n_new = 0;

  /* Another journal: the one before was lost. */
  if (!is_shown_in (self, list))
    clear (self);

  if (self->shown->len > 0)
    latest = bh_journal_event_get_number (g_ptr_array_index (self->shown, 0));
  while (self->shown->len > 0 && n_new < list->len
         && bh_journal_event_get_number (g_ptr_array_index (list, list->len - 1 - n_new)) > latest)
    n_new++;
  for (guint i = n_new; i > 0; i--)
    {
      BhJournalEvent *event = g_ptr_array_index (list, list->len - i);

      g_ptr_array_insert (self->shown, 0, bh_journal_event_ref (event));
      gtk_list_box_prepend (self->list, build_row (event));
    }
  /* Those that came by themselves take no room from those that were asked for. */
  self->n_wanted += n_new;
  while (self->shown->len < MIN (self->n_wanted, list->len))
    {
      BhJournalEvent *event = g_ptr_array_index (list, list->len - 1 - self->shown->len);

      g_ptr_array_add (self->shown, bh_journal_event_ref (event));
      gtk_list_box_insert (self->list, build_row (event), -1);
    }
  update_words (self);
}

static void
on_events_changed (BhAppEvents *events, BhEventList *self)
{
  update (self);
}

static void
on_older_clicked (GtkButton *button, BhEventList *self)
{
  self->n_wanted += PAGE;
  if (self->n_wanted > bh_app_events_get_list (self->events)->len)
    bh_app_events_load_older (self->events);
  update (self);
}

static void
copy (BhEventList *self, guint first, guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();

  for (guint i = first; i < first + n && i < self->shown->len; i++)
    {
      g_autofree char *line = bh_journal_event_dup_line (g_ptr_array_index (self->shown, i), zone);

      g_string_append_printf (text, "%s\n", line);
    }
  gtk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self), GDK_SELECTION_CLIPBOARD),
                          text->str, (int) text->len);
}

static void
on_copy_clicked (GtkButton *button, BhEventList *self)
{
  copy (self, 0, self->shown->len);
}

static gboolean
on_key_press (GtkWidget *list, GdkEventKey *event, BhEventList *self)
{
  guint modifiers = event->state & gtk_accelerator_get_default_mod_mask ();
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);

  if (modifiers != GDK_CONTROL_MASK || gdk_keyval_to_lower (event->keyval) != GDK_KEY_c
      || row == NULL)
    return FALSE;

  copy (self, (guint) gtk_list_box_row_get_index (row), 1);

  return TRUE;
}

static void
bh_event_list_dispose (GObject *object)
{
  BhEventList *self = BH_EVENT_LIST (object);

  if (self->events != NULL)
    g_signal_handlers_disconnect_by_data (self->events, self);
  g_clear_object (&self->events);

  G_OBJECT_CLASS (bh_event_list_parent_class)->dispose (object);
}

static void
bh_event_list_finalize (GObject *object)
{
  g_ptr_array_unref (BH_EVENT_LIST (object)->shown);

  G_OBJECT_CLASS (bh_event_list_parent_class)->finalize (object);
}

static void
bh_event_list_class_init (BhEventListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = bh_event_list_dispose;
  object_class->finalize = bh_event_list_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/bulkhead/Bulkhead/bh-event-list.ui");
  gtk_widget_class_bind_template_child (widget_class, BhEventList, status);
  gtk_widget_class_bind_template_child (widget_class, BhEventList, frame);
  gtk_widget_class_bind_template_child (widget_class, BhEventList, list);
  gtk_widget_class_bind_template_child (widget_class, BhEventList, buttons);
  gtk_widget_class_bind_template_child (widget_class, BhEventList, older_button);
  gtk_widget_class_bind_template_callback (widget_class, on_older_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_key_press);
}

static void
bh_event_list_init (BhEventList *self)
{
  self->shown = g_ptr_array_new_with_free_func ((GDestroyNotify) bh_journal_event_unref);
  self->n_wanted = PAGE;
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bh_event_list_set_events:
 * @self: a list that shows none yet
 * @events: what it shows, and follows
 */
void
bh_event_list_set_events (BhEventList *self, BhAppEvents *events)
{
  g_return_if_fail (BH_IS_EVENT_LIST (self) && self->events == NULL);
  g_return_if_fail (BH_IS_APP_EVENTS (events));

  self->events = g_object_ref (events);
  g_signal_connect (events, "changed", G_CALLBACK (on_events_changed), self);
  update (self);
}
