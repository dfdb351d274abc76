/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-find-bar.h"

#include <glib/gi18n.h>

/*
 * Finds text in the page. WebKit searches in the page's process and answers with the number of
 * matches; which of them is the current one it does not tell, so neither does this bar.
 */

/* Counting and marking more costs time and tells nobody anything. */
#define MAX_MATCHES 1000

#define FIND_OPTIONS (WEBKIT_FIND_OPTIONS_CASE_INSENSITIVE | WEBKIT_FIND_OPTIONS_WRAP_AROUND)

struct _BhFindBar
{
  GtkBin parent_instance;

  WebKitWebView *view;
  /* What WebKit looks for, or %NULL. */
  char *searched;
  /* What the user looked for last: GtkSearchBar empties its entry when it closes. */
  char *last;

  GtkSearchBar *search_bar;
  GtkWidget *entry;
  GtkWidget *previous_button;
  GtkWidget *next_button;
  GtkLabel *status;
};

enum {
  PROP_0,
  PROP_VIEW,
  N_PROPS,
};
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (BhFindBar, bh_find_bar, GTK_TYPE_BIN)

static WebKitFindController *
get_controller (BhFindBar *self)
{
  return webkit_web_view_get_find_controller (self->view);
}

/* A screen reader stays in the entry while the label changes: the text has to come to it. */
static void
announce (BhFindBar *self, const char *text)
{
  AtkObject *accessible = gtk_widget_get_accessible (self->entry);

  atk_object_set_description (accessible, text);
  if (*text != '\0' && g_signal_lookup ("announcement", ATK_TYPE_OBJECT) != 0)
    g_signal_emit_by_name (accessible, "announcement", text);
}

static void
show_status (BhFindBar *self, const char *text, gboolean found, gboolean missing)
{
  GtkStyleContext *style = gtk_widget_get_style_context (self->entry);
  gboolean changed = g_strcmp0 (gtk_label_get_text (self->status), text) != 0;

  if (missing)
    gtk_style_context_add_class (style, GTK_STYLE_CLASS_ERROR);
  else
    gtk_style_context_remove_class (style, GTK_STYLE_CLASS_ERROR);

  gtk_widget_set_sensitive (self->previous_button, found);
  gtk_widget_set_sensitive (self->next_button, found);
  gtk_label_set_text (self->status, text);
  if (changed)
    announce (self, text);
}

static void
search (BhFindBar *self)
{
  const char *text = gtk_entry_get_text (GTK_ENTRY (self->entry));

  g_free (self->searched);
  self->searched = g_strdup (text);

  if (*text == '\0')
    {
      webkit_find_controller_search_finish (get_controller (self));
      show_status (self, "", FALSE, FALSE);
      return;
    }

  g_free (self->last);
  self->last = g_strdup (text);
  webkit_find_controller_search (get_controller (self), text, FIND_OPTIONS, MAX_MATCHES);
}

/* The entry reports a change only when typing pauses; a key may come before that. */
static gboolean
is_searched (BhFindBar *self)
{
  return g_strcmp0 (self->searched, gtk_entry_get_text (GTK_ENTRY (self->entry))) == 0;
}

static void
on_found_text (WebKitFindController *controller, guint match_count, gpointer user_data)
{
  BhFindBar *self = BH_FIND_BAR (user_data);
  g_autofree char *text = NULL;

  if (!gtk_search_bar_get_search_mode (self->search_bar))
    return;

  if (match_count > MAX_MATCHES)
    text = g_strdup_printf (ngettext ("More than %u match", "More than %u matches", MAX_MATCHES),
                            MAX_MATCHES);
  else
    text = g_strdup_printf (ngettext ("%u match", "%u matches", match_count), match_count);

  show_status (self, text, TRUE, FALSE);
}

static void
on_failed_to_find_text (WebKitFindController *controller, gpointer user_data)
{
  BhFindBar *self = BH_FIND_BAR (user_data);

  if (gtk_search_bar_get_search_mode (self->search_bar))
    show_status (self, _("No matches"), FALSE, TRUE);
}

static void
on_load_changed (WebKitWebView *view, WebKitLoadEvent event, gpointer user_data)
{
  BhFindBar *self = BH_FIND_BAR (user_data);

  /* The figures are those of another page now. */
  if (event == WEBKIT_LOAD_COMMITTED)
    {
      g_clear_pointer (&self->searched, g_free);
      show_status (self, "", *gtk_entry_get_text (GTK_ENTRY (self->entry)) != '\0', FALSE);
    }
}

static void
on_search_changed (GtkSearchEntry *entry, BhFindBar *self)
{
  if (gtk_search_bar_get_search_mode (self->search_bar) && !is_searched (self))
    search (self);
}

static void
on_activate (GtkEntry *entry, BhFindBar *self)
{
  bh_find_bar_next (self);
}

static gboolean
on_entry_key_press_event (GtkWidget *entry, GdkEventKey *event, BhFindBar *self)
{
  gboolean is_enter = event->keyval == GDK_KEY_Return || event->keyval == GDK_KEY_KP_Enter
                      || event->keyval == GDK_KEY_ISO_Enter;

  if (!is_enter || (event->state & gtk_accelerator_get_default_mod_mask ()) != GDK_SHIFT_MASK)
    return GDK_EVENT_PROPAGATE;

  bh_find_bar_previous (self);

  return GDK_EVENT_STOP;
}

static gboolean
on_key_press_event (GtkWidget *widget, GdkEventKey *event, BhFindBar *self)
{
  if (event->keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;

  bh_find_bar_close (self);

  return GDK_EVENT_STOP;
}

static void
on_search_mode_changed (GtkSearchBar *search_bar, GParamSpec *pspec, BhFindBar *self)
{
  if (gtk_search_bar_get_search_mode (search_bar) || self->view == NULL)
    return;

  g_clear_pointer (&self->searched, g_free);
  webkit_find_controller_search_finish (get_controller (self));
  show_status (self, "", FALSE, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
bh_find_bar_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  BhFindBar *self = BH_FIND_BAR (object);

  switch (property_id)
    {
    case PROP_VIEW:
      g_value_set_object (value, self->view);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      break;
    }
}

static void
bh_find_bar_set_property (GObject *object,
                          guint property_id,
                          const GValue *value,
                          GParamSpec *pspec)
{
  BhFindBar *self = BH_FIND_BAR (object);

  switch (property_id)
    {
    case PROP_VIEW:
      self->view = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      break;
    }
}

static void
bh_find_bar_constructed (GObject *object)
{
  BhFindBar *self = BH_FIND_BAR (object);

  G_OBJECT_CLASS (bh_find_bar_parent_class)->constructed (object);

  g_signal_connect_object (get_controller (self), "found-text", G_CALLBACK (on_found_text), self,
                           0);
  g_signal_connect_object (get_controller (self), "failed-to-find-text",
                           G_CALLBACK (on_failed_to_find_text), self, 0);
  g_signal_connect_object (self->view, "load-changed", G_CALLBACK (on_load_changed), self, 0);
}

static void
bh_find_bar_dispose (GObject *object)
{
  BhFindBar *self = BH_FIND_BAR (object);

  g_clear_object (&self->view);

  G_OBJECT_CLASS (bh_find_bar_parent_class)->dispose (object);
}

static void
bh_find_bar_finalize (GObject *object)
{
  BhFindBar *self = BH_FIND_BAR (object);

  g_free (self->searched);
  g_free (self->last);

  G_OBJECT_CLASS (bh_find_bar_parent_class)->finalize (object);
}

static void
bh_find_bar_class_init (BhFindBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = bh_find_bar_get_property;
  object_class->set_property = bh_find_bar_set_property;
  object_class->constructed = bh_find_bar_constructed;
  object_class->dispose = bh_find_bar_dispose;
  object_class->finalize = bh_find_bar_finalize;

  /**
   * BhFindBar:view:
   *
   * Whose page is searched.
   */
  props[PROP_VIEW]
      = g_param_spec_object ("view", NULL, NULL, WEBKIT_TYPE_WEB_VIEW,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bulkhead/Bulkhead/runner/bh-find-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, BhFindBar, search_bar);
  gtk_widget_class_bind_template_child (widget_class, BhFindBar, entry);
  gtk_widget_class_bind_template_child (widget_class, BhFindBar, previous_button);
  gtk_widget_class_bind_template_child (widget_class, BhFindBar, next_button);
  gtk_widget_class_bind_template_child (widget_class, BhFindBar, status);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_key_press_event);
  gtk_widget_class_bind_template_callback (widget_class, on_key_press_event);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_search_mode_changed);
  gtk_widget_class_bind_template_callback (widget_class, bh_find_bar_next);
  gtk_widget_class_bind_template_callback (widget_class, bh_find_bar_previous);
}

static void
bh_find_bar_init (BhFindBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_bar_connect_entry (self->search_bar, GTK_ENTRY (self->entry));
}

/**
 * bh_find_bar_new:
 * @view: the view whose page is searched
 *
 * Returns: (transfer floating): a new bar, closed; it has no height then
 */
GtkWidget *
bh_find_bar_new (WebKitWebView *view)
{
  g_return_val_if_fail (WEBKIT_IS_WEB_VIEW (view), NULL);

  return g_object_new (BH_TYPE_FIND_BAR, "view", view, NULL);
}

/**
 * bh_find_bar_open:
 * @self: a find bar
 *
 * Shows the bar and gives its entry the focus. What was searched for last is still there,
 * selected, and is searched for again.
 */
void
bh_find_bar_open (BhFindBar *self)
{
  g_return_if_fail (BH_IS_FIND_BAR (self));

  if (!gtk_search_bar_get_search_mode (self->search_bar))
    {
      gtk_search_bar_set_search_mode (self->search_bar, TRUE);
      if (self->last != NULL)
        gtk_entry_set_text (GTK_ENTRY (self->entry), self->last);
    }
  /* The next key may come before the revealer has the entry mapped, and a widget that gets events
   * must be realized. */
  if (gtk_widget_get_realized (GTK_WIDGET (self)))
    gtk_widget_realize (self->entry);
  gtk_widget_grab_focus (self->entry);
  gtk_editable_select_region (GTK_EDITABLE (self->entry), 0, -1);
  if (!is_searched (self))
    search (self);
}

/**
 * bh_find_bar_close:
 * @self: a find bar
 *
 * Hides the bar with its marks in the page, and gives the page the focus.
 */
void
bh_find_bar_close (BhFindBar *self)
{
  g_return_if_fail (BH_IS_FIND_BAR (self));

  gtk_search_bar_set_search_mode (self->search_bar, FALSE);
}

static void
step (BhFindBar *self, void (*move) (WebKitFindController *controller))
{
  if (!gtk_search_bar_get_search_mode (self->search_bar)
      || *gtk_entry_get_text (GTK_ENTRY (self->entry)) == '\0')
    bh_find_bar_open (self);
  else if (!is_searched (self))
    search (self);
  else
    move (get_controller (self));
}

/**
 * bh_find_bar_next:
 * @self: a find bar
 *
 * Goes to the next match, from the last to the first. A closed bar opens instead.
 */
void
bh_find_bar_next (BhFindBar *self)
{
  g_return_if_fail (BH_IS_FIND_BAR (self));

  step (self, webkit_find_controller_search_next);
}

/**
 * bh_find_bar_previous:
 * @self: a find bar
 *
 * Goes to the match before, from the first to the last. A closed bar opens instead.
 */
void
bh_find_bar_previous (BhFindBar *self)
{
  g_return_if_fail (BH_IS_FIND_BAR (self));

  step (self, webkit_find_controller_search_previous);
}
