/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-app-details.h"

#include "bh-app-care.h"
#include "bh-app-facts.h"
#include "bh-figures-panel.h"
#include "bh-app-header.h"
#include "bh-app-status.h"
#include "bh-care-panel.h"
#include "bh-event-list.h"
#include "bh-history-panel.h"
#include "bh-limits-panel.h"
#include "bh-permissions-panel.h"
#include "bh-process-list.h"
#include "bh-storage-panel.h"
#include "bh-units.h"

#include <glib/gi18n.h>

/*
 * All that the shell knows about one app: what it costs now and has cost, what happened to it, what
 * it may use and do, what it keeps, and what is wrong with its manifest. It follows the app while
 * it is open; each part of it is a widget of its own, and this one hands them what they show.
 */

/* Narrower than this what switches the pages is below them: the title bar has no room for it. */
#define SLIM_WIDTH 620

struct _BhAppDetails
{
  GtkDialog parent_instance;

  BhAppItem *item;
  BhSupervisorClient *client;
  GActionGroup *actions;
  BhJournalClient *journal;
  BhAppEvents *events;
  gboolean watching;
  gboolean slim;
  guint slim_id;

  GtkStack *title_stack;
  GtkWidget *switcher_bar;
  GtkStack *stack;
  GtkInfoBar *error_bar;
  GtkLabel *error_label;
  GtkInfoBar *growth_bar;
  GtkLabel *growth_label;
  BhAppHeader *header;
  BhFiguresPanel *figures;
  BhHistoryPanel *history;
  GtkLabel *last_end;
  GtkWidget *processes_box;
  BhProcessList *processes;
  BhEventList *event_list;
  BhCarePanel *care_panel;
  BhLimitsPanel *limits_panel;
  BhPermissionsPanel *permissions_panel;
  BhStoragePanel *storage_panel;
  GtkWidget *broken_box;
  GtkLabel *broken;
  BhAppFacts *facts;
  GtkWidget *warnings_box;
  GtkLabel *warnings;
  GtkWidget *folder_button;
};

enum {
  PROP_0,
  PROP_ITEM,
  PROP_CLIENT,
  PROP_ACTIONS,
  N_PROPS,
};
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (BhAppDetails, bh_app_details, GTK_TYPE_DIALOG)

static void
set_text (GtkLabel *label, const char *text)
{
  /* Setting a text drops what is selected in it. */
  if (g_strcmp0 (gtk_label_get_text (label), text) != 0)
    gtk_label_set_text (label, text);
}

static void
update_growth (BhAppDetails *self)
{
  guint64 growth = bh_app_care_get_growth (self->item);

  if (growth > 0)
    {
      g_autofree char *size = bh_units_format_size (growth);
      /* Translators: %s is a size: “12.5 MiB”. */
      g_autofree char *text = g_strdup_printf (
          _("Memory has grown steadily by %s an hour for hours. The app may never give it back."),
          size);

      set_text (self->growth_label, text);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->growth_bar), growth > 0);
}

static void
update_last_end (BhAppDetails *self)
{
  g_autofree char *reason = bh_app_status_dup_reason_text (self->item);
  g_autofree char *text = NULL;

  /* Translators: why the app ended the last time. */
  text = g_strdup_printf (_("Last end: %s"), *reason != '\0' ? reason : "–");
  set_text (self->last_end, text);
}

static void
update (BhAppDetails *self)
{
  const char *const *warnings = bh_app_item_get_warnings (self->item);
  g_autoptr (GString) warnings_text = g_string_new (NULL);

  gtk_window_set_title (GTK_WINDOW (self), bh_app_item_get_name (self->item));
  update_growth (self);
  update_last_end (self);
  bh_app_facts_set_item (self->facts, self->item);

  set_text (self->broken, bh_app_item_get_broken (self->item));
  gtk_widget_set_visible (self->broken_box, bh_app_item_is_broken (self->item));
  for (gsize i = 0; warnings[i] != NULL; i++)
    g_string_append_printf (warnings_text, "%s%s", i > 0 ? "\n" : "", warnings[i]);
  set_text (self->warnings, warnings_text->str);
  gtk_widget_set_visible (self->warnings_box, warnings_text->len > 0);
  gtk_widget_set_visible (self->folder_button,
                          g_path_is_absolute (bh_app_item_get_manifest_path (self->item)));
}

/* What switches the pages stands where there is room for it, if there is more than one. */
static void
update_title (BhAppDetails *self)
{
  gboolean usable = !bh_app_item_is_broken (self->item);

  gtk_stack_set_visible_child_name (self->title_stack,
                                    usable && !self->slim ? "switcher" : "title");
  gtk_widget_set_visible (self->switcher_bar, usable && self->slim);
}

/* An app that can't be opened has nothing but what is wrong with it. */
static void
update_pages (BhAppDetails *self)
{
  static const char *const usable_only[] = { "overview", "events", "settings", "data" };
  gboolean usable = !bh_app_item_is_broken (self->item);

  for (guint i = 0; i < G_N_ELEMENTS (usable_only); i++)
    {
      GtkWidget *page = gtk_stack_get_child_by_name (self->stack, usable_only[i]);

      /* The first one that is shown may become the visible child of a stack that has none. */
      if (gtk_widget_get_visible (page) != usable)
        gtk_widget_set_visible (page, usable);
    }
  if (!usable)
    gtk_stack_set_visible_child_name (self->stack, "about");
  update_title (self);
}

/* The app is measured while somebody can see it, and of its processes only. */
static void
set_watching (BhAppDetails *self, gboolean watching)
{
  BhSampleWatch *watch;
  const char *paths[] = { NULL, NULL };

  if (self->client == NULL || self->watching == watching)
    return;

  self->watching = watching;
  watch = bh_supervisor_client_get_watch (self->client);
  if (watching)
    {
      paths[0] = bh_app_item_get_path (self->item);
      bh_supervisor_client_hold_sampling (self->client);
      bh_sample_watch_show_processes (watch, self, paths);
      bh_supervisor_client_set_focus (self->client, self, self->item);
    }
  else
    {
      bh_supervisor_client_set_focus (self->client, self, NULL);
      bh_sample_watch_show_processes (watch, self, NULL);
      bh_supervisor_client_release_sampling (self->client);
    }
}

static void
bh_app_details_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (bh_app_details_parent_class)->map (widget);

  set_watching (BH_APP_DETAILS (widget), TRUE);
}

static void
bh_app_details_unmap (GtkWidget *widget)
{
  set_watching (BH_APP_DETAILS (widget), FALSE);

  GTK_WIDGET_CLASS (bh_app_details_parent_class)->unmap (widget);
}

static gboolean
bh_app_details_window_state_event (GtkWidget *widget, GdkEventWindowState *event)
{
  set_watching (BH_APP_DETAILS (widget),
                !(event->new_window_state
                  & (GDK_WINDOW_STATE_ICONIFIED | GDK_WINDOW_STATE_WITHDRAWN)));

  return GTK_WIDGET_CLASS (bh_app_details_parent_class)->window_state_event (widget, event);
}

static gboolean
bh_app_details_focus_in_event (GtkWidget *widget, GdkEventFocus *event)
{
  BhAppDetails *self = BH_APP_DETAILS (widget);

  /* Of several windows the one that is looked at has the freshest figures. */
  if (self->watching)
    bh_supervisor_client_set_focus (self->client, self, self->item);

  return GTK_WIDGET_CLASS (bh_app_details_parent_class)->focus_in_event (widget, event);
}

static void
on_item_changed (BhAppItem *item, BhAppDetails *self)
{
  update_pages (self);
  update (self);
}

static void
tell_error (BhAppDetails *self, const char *message)
{
  gtk_label_set_text (self->error_label, message);
  gtk_widget_show (GTK_WIDGET (self->error_bar));
}

static void
on_limits_failed (BhLimitsPanel *panel, const char *message, BhAppDetails *self)
{
  g_autofree char *text = g_strdup_printf (_("The limits could not be changed: %s"), message);

  tell_error (self, text);
}

static void
on_care_failed (BhCarePanel *panel, const char *message, BhAppDetails *self)
{
  g_autofree char *text = g_strdup_printf (_("The settings could not be changed: %s"), message);

  tell_error (self, text);
}

static void
on_permissions_failed (BhPermissionsPanel *panel, const char *message, BhAppDetails *self)
{
  g_autofree char *text
      = g_strdup_printf (_("What the app may do could not be changed: %s"), message);

  tell_error (self, text);
}

static void
on_storage_failed (BhStoragePanel *panel, const char *message, BhAppDetails *self)
{
  tell_error (self, message);
}

static void
on_sampled (BhSupervisorClient *client, GVariant *samples, BhAppDetails *self)
{
  g_autoptr (GVariant) found = NULL;

  for (gsize i = 0; found == NULL && i < g_variant_n_children (samples); i++)
    {
      g_autoptr (GVariant) sample = g_variant_get_child_value (samples, i);
      const char *path;

      if (g_variant_lookup (sample, "path", "&o", &path)
          && g_str_equal (path, bh_app_item_get_path (self->item)))
        found = g_steal_pointer (&sample);
    }
  bh_limits_panel_set_usage (self->limits_panel, found);
  bh_figures_panel_set_sample (self->figures, self->item, found);
  bh_process_list_set_sample (self->processes, found);
  gtk_widget_set_visible (self->processes_box,
                          found != NULL && bh_app_status_has_instance (self->item));
  bh_history_panel_add_sample (self->history, found);
}

static void
on_folder_clicked (GtkButton *button, BhAppDetails *self)
{
  g_autofree char *folder = g_path_get_dirname (bh_app_item_get_manifest_path (self->item));
  g_autoptr (GError) error = NULL;
  g_autofree char *uri = g_filename_to_uri (folder, NULL, &error);
  g_autofree char *message = NULL;

  if (uri != NULL
      && gtk_show_uri_on_window (GTK_WINDOW (self), uri, gtk_get_current_event_time (), &error))
    return;

  message = g_strdup_printf (_("The folder %s could not be opened: %s"), folder, error->message);
  tell_error (self, message);
}

static void
on_error_bar_response (GtkInfoBar *bar, int response, BhAppDetails *self)
{
  gtk_widget_hide (GTK_WIDGET (bar));
}

static void
on_growth_bar_response (GtkInfoBar *bar, int response, BhAppDetails *self)
{
  gtk_stack_set_visible_child_name (self->stack, "overview");
  bh_history_panel_set_range (self->history, BH_HISTORY_RANGE_DAY);
}

static gboolean
on_slim (gpointer user_data)
{
  BhAppDetails *self = user_data;

  self->slim_id = 0;
  update_title (self);

  return G_SOURCE_REMOVE;
}

static void
bh_app_details_size_allocate (GtkWidget *widget, GtkAllocation *allocation)
{
  BhAppDetails *self = BH_APP_DETAILS (widget);
  int width;

  GTK_WIDGET_CLASS (bh_app_details_parent_class)->size_allocate (widget, allocation);

  /* The allocation has the window's shadow in it. */
  gtk_window_get_size (GTK_WINDOW (self), &width, NULL);
  if (self->slim == (width < SLIM_WIDTH))
    return;

  /* What is shown can't change in the middle of handing out the room for it. */
  self->slim = width < SLIM_WIDTH;
  if (self->slim_id == 0)
    self->slim_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_slim, self, NULL);
}

static void
bh_app_details_response (GtkDialog *dialog, int response)
{
  gtk_widget_destroy (GTK_WIDGET (dialog));
}

static void
bh_app_details_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  BhAppDetails *self = BH_APP_DETAILS (object);

  switch (property_id)
    {
    case PROP_ITEM:
      g_value_set_object (value, self->item);
      break;
    case PROP_CLIENT:
      g_value_set_object (value, self->client);
      break;
    case PROP_ACTIONS:
      g_value_set_object (value, self->actions);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      break;
    }
}

static void
bh_app_details_set_property (GObject *object,
                             guint property_id,
                             const GValue *value,
                             GParamSpec *pspec)
{
  BhAppDetails *self = BH_APP_DETAILS (object);

  switch (property_id)
    {
    case PROP_ITEM:
      self->item = g_value_dup_object (value);
      break;
    case PROP_CLIENT:
      self->client = g_value_dup_object (value);
      break;
    case PROP_ACTIONS:
      self->actions = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      break;
    }
}

static void
bh_app_details_constructed (GObject *object)
{
  BhAppDetails *self = BH_APP_DETAILS (object);

  G_OBJECT_CLASS (bh_app_details_parent_class)->constructed (object);

  self->journal = bh_journal_client_new (self->client);
  self->events = bh_app_events_new (self->journal, bh_app_item_get_id (self->item));
  bh_app_header_set_item (self->header, self->item, self->actions);
  bh_history_panel_set_app (self->history, self->item, self->journal, self->events);
  bh_event_list_set_events (self->event_list, self->events);
  bh_care_panel_set_item (self->care_panel, self->item);
  bh_limits_panel_set_item (self->limits_panel, self->item);
  bh_permissions_panel_set_item (self->permissions_panel, self->item);
  bh_storage_panel_set_item (self->storage_panel, self->item);
  bh_figures_panel_set_sample (self->figures, self->item, NULL);

  g_signal_connect_object (self->item, "changed", G_CALLBACK (on_item_changed), self, 0);
  g_signal_connect_object (self->client, "sampled", G_CALLBACK (on_sampled), self, 0);
  update_pages (self);
  update (self);
}

static void
bh_app_details_dispose (GObject *object)
{
  BhAppDetails *self = BH_APP_DETAILS (object);

  g_clear_handle_id (&self->slim_id, g_source_remove);
  set_watching (self, FALSE);
  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  g_clear_object (&self->client);
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_clear_object (&self->item);
  g_clear_object (&self->actions);
  g_clear_object (&self->events);
  g_clear_object (&self->journal);

  G_OBJECT_CLASS (bh_app_details_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, title_stack);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, switcher_bar);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, stack);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, error_bar);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, error_label);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, growth_bar);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, growth_label);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, header);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, figures);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, history);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, last_end);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, processes_box);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, processes);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, event_list);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, care_panel);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, limits_panel);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, permissions_panel);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, storage_panel);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, broken_box);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, broken);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, facts);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, warnings_box);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, warnings);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, folder_button);
}

static void
bh_app_details_class_init (BhAppDetailsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = bh_app_details_get_property;
  object_class->set_property = bh_app_details_set_property;
  object_class->constructed = bh_app_details_constructed;
  object_class->dispose = bh_app_details_dispose;
  widget_class->focus_in_event = bh_app_details_focus_in_event;
  widget_class->map = bh_app_details_map;
  widget_class->unmap = bh_app_details_unmap;
  widget_class->window_state_event = bh_app_details_window_state_event;
  widget_class->size_allocate = bh_app_details_size_allocate;
  GTK_DIALOG_CLASS (klass)->response = bh_app_details_response;

  /**
   * BhAppDetails:item:
   *
   * The app.
   */
  props[PROP_ITEM]
      = g_param_spec_object ("item", NULL, NULL, BH_TYPE_APP_ITEM,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * BhAppDetails:client:
   *
   * Who measures the app.
   */
  props[PROP_CLIENT]
      = g_param_spec_object ("client", NULL, NULL, BH_TYPE_SUPERVISOR_CLIENT,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * BhAppDetails:actions:
   *
   * What can be done with the app.
   */
  props[PROP_ACTIONS]
      = g_param_spec_object ("actions", NULL, NULL, G_TYPE_ACTION_GROUP,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  g_type_ensure (BH_TYPE_APP_FACTS);
  g_type_ensure (BH_TYPE_FIGURES_PANEL);
  g_type_ensure (BH_TYPE_APP_HEADER);
  g_type_ensure (BH_TYPE_CARE_PANEL);
  g_type_ensure (BH_TYPE_EVENT_LIST);
  g_type_ensure (BH_TYPE_HISTORY_PANEL);
  g_type_ensure (BH_TYPE_LIMITS_PANEL);
  g_type_ensure (BH_TYPE_PERMISSIONS_PANEL);
  g_type_ensure (BH_TYPE_PROCESS_LIST);
  g_type_ensure (BH_TYPE_STORAGE_PANEL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/bulkhead/Bulkhead/bh-app-details.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, on_folder_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_limits_failed);
  gtk_widget_class_bind_template_callback (widget_class, on_care_failed);
  gtk_widget_class_bind_template_callback (widget_class, on_permissions_failed);
  gtk_widget_class_bind_template_callback (widget_class, on_storage_failed);
  gtk_widget_class_bind_template_callback (widget_class, on_error_bar_response);
  gtk_widget_class_bind_template_callback (widget_class, on_growth_bar_response);
}

static void
bh_app_details_init (BhAppDetails *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bh_app_details_new:
 * @item: the app
 * @client: who measures it
 * @actions: what can be done with it
 * @parent: the window that the details belong to
 *
 * Returns: (transfer none): a dialog that destroys itself when it is closed
 */
GtkWidget *
bh_app_details_new (BhAppItem *item,
                    BhSupervisorClient *client,
                    GActionGroup *actions,
                    GtkWindow *parent)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (item) && BH_IS_SUPERVISOR_CLIENT (client), NULL);
  g_return_val_if_fail (G_IS_ACTION_GROUP (actions) && GTK_IS_WINDOW (parent), NULL);

  return g_object_new (BH_TYPE_APP_DETAILS, "use-header-bar", TRUE, "item", item, "client", client,
                       "actions", actions, "transient-for", parent, NULL);
}

/**
 * bh_app_details_get_item:
 * @self: details
 *
 * Returns: (transfer none) (nullable): the app that they are of
 */
BhAppItem *
bh_app_details_get_item (BhAppDetails *self)
{
  g_return_val_if_fail (BH_IS_APP_DETAILS (self), NULL);

  return self->item;
}

/**
 * bh_app_details_tell:
 * @self: details
 * @message: what went wrong, for people
 *
 * Shows a message until the user closes it or the next one comes.
 */
void
bh_app_details_tell (BhAppDetails *self, const char *message)
{
  g_return_if_fail (BH_IS_APP_DETAILS (self) && message != NULL);

  tell_error (self, message);
}
