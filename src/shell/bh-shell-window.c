/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-shell-window.h"

#include "bh-app-actions.h"
#include "bh-app-id.h"
#include "bh-config.h"
#include "bh-launcher-page.h"
#include "bh-shell-settings.h"
#include "bh-task-page.h"

#include <glib/gi18n.h>

/*
 * The shell's window: the two pages, the search that both share, and the bars that say what went
 * wrong. It remembers its size and page, and has the apps measured only while somebody can see
 * the figures.
 */

/* Narrower than this the task manager leaves out columns. */
#define NARROW_WIDTH 780

/* Narrower than this what switches the pages is below them: the title bar has no room for it. */
#define SLIM_WIDTH 560

struct _BhShellWindow
{
  GtkApplicationWindow parent_instance;

  BhAppControl *control;
  GSettings *settings;
  GActionGroup *actions;
  BhLauncherPage *launcher_page;
  BhTaskPage *task_page;
  gboolean narrow;
  gboolean slim;
  gboolean hidden;
  /* As last seen: a window that is being destroyed has none of it any more. */
  int width;
  int height;
  gboolean maximized;
  gboolean had_apps;
  guint narrow_id;

  GtkWidget *menu_button;
  GtkMenuButton *tasks_button;
  GtkStack *title_stack;
  GtkStack *stack;
  GtkSearchBar *search_bar;
  GtkSearchEntry *search_entry;
  GtkInfoBar *connection_bar;
  GtkLabel *connection_label;
  GtkInfoBar *error_bar;
  GtkLabel *error_label;
  GtkWidget *switcher_bar;
};

enum {
  PROP_0,
  PROP_CONTROL,
  N_PROPS,
};
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (BhShellWindow, bh_shell_window, GTK_TYPE_APPLICATION_WINDOW)

static gboolean
shows_tasks (BhShellWindow *self)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "tasks") == 0;
}

static void
update_sampling (BhShellWindow *self)
{
  gboolean seen = !self->hidden && gtk_widget_get_mapped (GTK_WIDGET (self)) && shows_tasks (self);

  bh_supervisor_client_set_sampling (bh_app_control_get_client (self->control), seen);
}

static void
update_connection_bar (BhShellWindow *self)
{
  BhSupervisorClient *client = bh_app_control_get_client (self->control);
  BhConnectionState state = bh_supervisor_client_get_state (client);
  const char *error = bh_supervisor_client_get_error (client);
  g_autofree char *text = NULL;

  /* While it is tried again the bar stays as it is: that would only flicker. */
  if (state == BH_CONNECTION_CONNECTING)
    return;

  if (state == BH_CONNECTION_UNREACHABLE)
    {
      text = g_strdup_printf ("%s\n%s",
                              _("Bulkhead’s supervisor can’t be reached. Your running apps go on."),
                              error != NULL ? error : "");
      g_strchomp (text);
      gtk_label_set_text (self->connection_label, text);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->connection_bar), state == BH_CONNECTION_UNREACHABLE);
}

static void
focus_page (BhShellWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  gboolean taken;

  /* Not while something is being typed. */
  if (GTK_IS_EDITABLE (focus))
    return;

  taken = shows_tasks (self) ? bh_task_page_grab_focus (self->task_page)
                             : bh_launcher_page_grab_focus (self->launcher_page);
  /* What had the keyboard on the other page can't be seen, and must not get any key. */
  if (!taken)
    gtk_window_set_focus (GTK_WINDOW (self), NULL);
}

static void
focus_first_apps (BhShellWindow *self, BhSupervisorClient *client)
{
  g_autoptr (GList) apps = NULL;

  if (self->had_apps || bh_supervisor_client_get_state (client) != BH_CONNECTION_CONNECTED)
    return;

  apps = bh_supervisor_client_list_apps (client);
  if (apps == NULL)
    return;

  /* The first apps are here: arrows and Return are for them. */
  self->had_apps = TRUE;
  focus_page (self);
}

static void
on_state_changed (BhSupervisorClient *client, GParamSpec *pspec, BhShellWindow *self)
{
  update_connection_bar (self);
  focus_first_apps (self, client);
}

static void
on_app_added (BhSupervisorClient *client, BhAppItem *item, BhShellWindow *self)
{
  focus_first_apps (self, client);
}

static void
on_connection_bar_response (GtkInfoBar *bar, int response, BhShellWindow *self)
{
  bh_supervisor_client_retry (bh_app_control_get_client (self->control));
}

static void
on_error_bar_response (GtkInfoBar *bar, int response, BhShellWindow *self)
{
  gtk_widget_hide (GTK_WIDGET (bar));
}

static void
on_visible_child_changed (GObject *stack, GParamSpec *pspec, BhShellWindow *self)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "page");

  if (gtk_widget_in_destruction (GTK_WIDGET (self)))
    return;

  g_simple_action_set_state (G_SIMPLE_ACTION (action),
                             g_variant_new_string (shows_tasks (self) ? "tasks" : "apps"));
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->search_entry),
                                  shows_tasks (self) ? _("Search by name, state or PID")
                                                     : _("Search apps"));
  gtk_widget_set_visible (GTK_WIDGET (self->tasks_button), shows_tasks (self));
  update_sampling (self);
}

static void
on_search_changed (GtkSearchEntry *entry, BhShellWindow *self)
{
  const char *text = gtk_entry_get_text (GTK_ENTRY (entry));

  bh_launcher_page_set_search (self->launcher_page, text);
  bh_task_page_set_search (self->task_page, text);
}

static void
on_search_activated (GtkEntry *entry, BhShellWindow *self)
{
  if (shows_tasks (self))
    bh_task_page_grab_focus (self->task_page);
  else
    bh_launcher_page_activate_first (self->launcher_page);
}

static gboolean
on_search_key_press (GtkWidget *entry, GdkEventKey *event, BhShellWindow *self)
{
  if (event->keyval != GDK_KEY_Down && event->keyval != GDK_KEY_KP_Down)
    return FALSE;

  if (shows_tasks (self))
    bh_task_page_grab_focus (self->task_page);
  else
    bh_launcher_page_grab_focus (self->launcher_page);

  return TRUE;
}

static gboolean
is_for_text (GdkEventKey *event)
{
  /* The search bar hands all others to its entry too, which would take Return for its own. */
  return g_unichar_isgraph (gdk_keyval_to_unicode (event->keyval))
         || event->keyval == GDK_KEY_Multi_key
         || (event->keyval >= GDK_KEY_dead_grave && event->keyval <= GDK_KEY_dead_greek);
}

static gboolean
bh_shell_window_key_press_event (GtkWidget *widget, GdkEventKey *event)
{
  BhShellWindow *self = BH_SHELL_WINDOW (widget);
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  guint modifiers = event->state & gtk_accelerator_get_default_mod_mask ();

  /* Typing searches, unless there is something that wants the letters. */
  if ((modifiers & ~GDK_SHIFT_MASK) == 0 && !GTK_IS_EDITABLE (focus) && is_for_text (event)
      && gtk_search_bar_handle_event (self->search_bar, (GdkEvent *) event) == GDK_EVENT_STOP)
    return TRUE;

  return GTK_WIDGET_CLASS (bh_shell_window_parent_class)->key_press_event (widget, event);
}

static gboolean
on_narrow (gpointer user_data)
{
  BhShellWindow *self = user_data;

  self->narrow_id = 0;
  bh_task_page_set_narrow (self->task_page, self->narrow);
  gtk_stack_set_visible_child_name (self->title_stack, self->slim ? "title" : "switcher");
  gtk_widget_set_visible (self->switcher_bar, self->slim);

  return G_SOURCE_REMOVE;
}

static void
bh_shell_window_size_allocate (GtkWidget *widget, GtkAllocation *allocation)
{
  BhShellWindow *self = BH_SHELL_WINDOW (widget);
  int width;
  int height;

  GTK_WIDGET_CLASS (bh_shell_window_parent_class)->size_allocate (widget, allocation);

  /* The allocation has the window's shadow in it. */
  gtk_window_get_size (GTK_WINDOW (self), &width, &height);
  /* The size to come back to is the one from before it was maximised. */
  if (!gtk_window_is_maximized (GTK_WINDOW (self)))
    {
      self->width = width;
      self->height = height;
    }
  if (self->narrow == (width < NARROW_WIDTH) && self->slim == (width < SLIM_WIDTH))
    return;

  /* What is shown can't change in the middle of handing out the room for it. */
  self->narrow = width < NARROW_WIDTH;
  self->slim = width < SLIM_WIDTH;
  if (self->narrow_id == 0)
    self->narrow_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_narrow, self, NULL);
}

static gboolean
bh_shell_window_window_state_event (GtkWidget *widget, GdkEventWindowState *event)
{
  BhShellWindow *self = BH_SHELL_WINDOW (widget);

  self->hidden
      = (event->new_window_state & (GDK_WINDOW_STATE_ICONIFIED | GDK_WINDOW_STATE_WITHDRAWN)) != 0;
  if (!(event->new_window_state & GDK_WINDOW_STATE_WITHDRAWN))
    self->maximized = (event->new_window_state & GDK_WINDOW_STATE_MAXIMIZED) != 0;
  update_sampling (self);

  return GTK_WIDGET_CLASS (bh_shell_window_parent_class)->window_state_event (widget, event);
}

static void
bh_shell_window_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (bh_shell_window_parent_class)->map (widget);

  update_sampling (BH_SHELL_WINDOW (widget));
}

static void
bh_shell_window_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (bh_shell_window_parent_class)->unmap (widget);

  /* The pages are gone when it is being destroyed. */
  if (!gtk_widget_in_destruction (widget))
    update_sampling (BH_SHELL_WINDOW (widget));
}

static void
restore (BhShellWindow *self)
{
  g_autofree char *page = NULL;
  g_autofree char *column = NULL;

  if (self->settings == NULL)
    return;

  page = g_settings_get_string (self->settings, "page");
  column = g_settings_get_string (self->settings, "sort-column");
  gtk_window_set_default_size (GTK_WINDOW (self),
                               g_settings_get_int (self->settings, "window-width"),
                               g_settings_get_int (self->settings, "window-height"));
  if (g_settings_get_boolean (self->settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  bh_task_options_set_settings (bh_task_page_get_options (self->task_page), self->settings);
  bh_task_page_set_sort (self->task_page, column,
                         g_settings_get_boolean (self->settings, "sort-descending")
                             ? GTK_SORT_DESCENDING
                             : GTK_SORT_ASCENDING);
  gtk_stack_set_visible_child_name (self->stack, page);
}

static void
save (BhShellWindow *self)
{
  GtkSortType direction;
  const char *column;

  if (self->settings == NULL)
    return;

  /* It may never have been shown. */
  if (self->width > 0 && self->height > 0)
    {
      g_settings_set_int (self->settings, "window-width", self->width);
      g_settings_set_int (self->settings, "window-height", self->height);
      g_settings_set_boolean (self->settings, "window-maximized", self->maximized);
    }
  g_settings_set_string (self->settings, "page", shows_tasks (self) ? "tasks" : "apps");
  column = bh_task_page_get_sort (self->task_page, &direction);
  g_settings_set_string (self->settings, "sort-column", column);
  g_settings_set_boolean (self->settings, "sort-descending", direction == GTK_SORT_DESCENDING);
}

static void
bh_shell_window_destroy (GtkWidget *widget)
{
  BhShellWindow *self = BH_SHELL_WINDOW (widget);

  if (self->task_page != NULL)
    save (self);
  self->task_page = NULL;
  self->launcher_page = NULL;
  g_clear_handle_id (&self->narrow_id, g_source_remove);

  GTK_WIDGET_CLASS (bh_shell_window_parent_class)->destroy (widget);
}

static void
on_search_activated_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BhShellWindow *self = BH_SHELL_WINDOW (user_data);
  gboolean searching = gtk_search_bar_get_search_mode (self->search_bar);

  /* A second Ctrl+F from elsewhere comes back to the text instead of dropping it. */
  if (searching && !gtk_widget_has_focus (GTK_WIDGET (self->search_entry)))
    gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
  else
    gtk_search_bar_set_search_mode (self->search_bar, !searching);
}

static void
on_page_changed (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  bh_shell_window_show_page (BH_SHELL_WINDOW (user_data), g_variant_get_string (value, NULL));
}

static void
on_tasks_menu_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BhShellWindow *self = BH_SHELL_WINDOW (user_data);

  if (gtk_widget_get_visible (GTK_WIDGET (self->tasks_button)))
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->tasks_button), TRUE);
}

static void
on_close_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_window_close (GTK_WINDOW (user_data));
}

static void
bh_shell_window_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  BhShellWindow *self = BH_SHELL_WINDOW (object);

  switch (property_id)
    {
    case PROP_CONTROL:
      g_value_set_object (value, self->control);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      break;
    }
}

static void
bh_shell_window_set_property (GObject *object,
                              guint property_id,
                              const GValue *value,
                              GParamSpec *pspec)
{
  BhShellWindow *self = BH_SHELL_WINDOW (object);

  switch (property_id)
    {
    case PROP_CONTROL:
      self->control = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      break;
    }
}

static void
add_pages (BhShellWindow *self, BhSupervisorClient *client)
{
  GtkWidget *launcher_page = bh_launcher_page_new (client, self->actions);
  GtkWidget *task_page = bh_task_page_new (client, self->actions);
  BhTaskOptions *options;

  gtk_stack_add_titled (self->stack, launcher_page, "apps", _("Apps"));
  gtk_stack_add_titled (self->stack, task_page, "tasks", _("Task Manager"));
  self->launcher_page = BH_LAUNCHER_PAGE (launcher_page);
  self->task_page = BH_TASK_PAGE (task_page);

  options = bh_task_page_get_options (self->task_page);
  gtk_widget_insert_action_group (GTK_WIDGET (self), BH_TASK_OPTIONS_PREFIX,
                                  bh_task_options_get_actions (options));
  gtk_menu_button_set_menu_model (self->tasks_button, bh_task_options_get_menu (options));
}

static void
bh_shell_window_constructed (GObject *object)
{
  BhShellWindow *self = BH_SHELL_WINDOW (object);
  BhSupervisorClient *client = bh_app_control_get_client (self->control);

  G_OBJECT_CLASS (bh_shell_window_parent_class)->constructed (object);

  self->actions = bh_app_actions_new (self->control, GTK_WINDOW (self));
  gtk_widget_insert_action_group (GTK_WIDGET (self), BH_APP_ACTIONS_PREFIX, self->actions);
  add_pages (self, client);

  self->settings = bh_shell_settings_open ();
  restore (self);
  g_signal_connect_object (client, "notify::state", G_CALLBACK (on_state_changed), self, 0);
  g_signal_connect_object (client, "app-added", G_CALLBACK (on_app_added), self, 0);
  g_signal_connect (self->stack, "notify::visible-child-name",
                    G_CALLBACK (on_visible_child_changed), self);
  on_visible_child_changed (G_OBJECT (self->stack), NULL, self);
  on_state_changed (client, NULL, self);
}

static void
bh_shell_window_dispose (GObject *object)
{
  BhShellWindow *self = BH_SHELL_WINDOW (object);

  G_OBJECT_CLASS (bh_shell_window_parent_class)->dispose (object);

  g_clear_object (&self->actions);
  g_clear_object (&self->settings);
}

static void
bh_shell_window_finalize (GObject *object)
{
  BhShellWindow *self = BH_SHELL_WINDOW (object);

  g_object_unref (self->control);

  G_OBJECT_CLASS (bh_shell_window_parent_class)->finalize (object);
}

static void
bh_shell_window_class_init (BhShellWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = bh_shell_window_get_property;
  object_class->set_property = bh_shell_window_set_property;
  object_class->constructed = bh_shell_window_constructed;
  object_class->dispose = bh_shell_window_dispose;
  object_class->finalize = bh_shell_window_finalize;
  widget_class->destroy = bh_shell_window_destroy;
  widget_class->key_press_event = bh_shell_window_key_press_event;
  widget_class->size_allocate = bh_shell_window_size_allocate;
  widget_class->window_state_event = bh_shell_window_window_state_event;
  widget_class->map = bh_shell_window_map;
  widget_class->unmap = bh_shell_window_unmap;

  /**
   * BhShellWindow:control:
   *
   * Passes on what the user asks of apps.
   */
  props[PROP_CONTROL]
      = g_param_spec_object ("control", NULL, NULL, BH_TYPE_APP_CONTROL,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/bulkhead/Bulkhead/bh-shell-window.ui");
  gtk_widget_class_bind_template_child (widget_class, BhShellWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, BhShellWindow, tasks_button);
  gtk_widget_class_bind_template_child (widget_class, BhShellWindow, title_stack);
  gtk_widget_class_bind_template_child (widget_class, BhShellWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, BhShellWindow, search_bar);
  gtk_widget_class_bind_template_child (widget_class, BhShellWindow, search_entry);
  gtk_widget_class_bind_template_child (widget_class, BhShellWindow, connection_bar);
  gtk_widget_class_bind_template_child (widget_class, BhShellWindow, connection_label);
  gtk_widget_class_bind_template_child (widget_class, BhShellWindow, error_bar);
  gtk_widget_class_bind_template_child (widget_class, BhShellWindow, error_label);
  gtk_widget_class_bind_template_child (widget_class, BhShellWindow, switcher_bar);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_search_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_search_key_press);
  gtk_widget_class_bind_template_callback (widget_class, on_connection_bar_response);
  gtk_widget_class_bind_template_callback (widget_class, on_error_bar_response);
}

static void
bh_shell_window_init (BhShellWindow *self)
{
  static const GActionEntry entries[] = {
    { .name = "search", .activate = on_search_activated_action },
    { .name = "page", .parameter_type = "s", .state = "'apps'", .change_state = on_page_changed },
    { .name = "close", .activate = on_close_activated },
    { .name = "tasks-menu", .activate = on_tasks_menu_activated },
  };
  g_autoptr (GPropertyAction) menu = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  /* The template's title does not arrive, and assistive tools ask for one. */
  gtk_window_set_title (GTK_WINDOW (self), _("Bulkhead"));
  gtk_search_bar_connect_entry (self->search_bar, GTK_ENTRY (self->search_entry));
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);

  menu = g_property_action_new ("menu", self->menu_button, "active");
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (menu));

  if (BH_DEVELOPMENT)
    gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (self)), "devel");
}

/**
 * bh_shell_window_new:
 * @application: the application
 * @control: passes on what the user asks of apps
 *
 * Returns: (transfer none): a window, as large and on the page as it was last time
 */
GtkWidget *
bh_shell_window_new (GtkApplication *application, BhAppControl *control)
{
  g_return_val_if_fail (GTK_IS_APPLICATION (application) && BH_IS_APP_CONTROL (control), NULL);

  return g_object_new (BH_TYPE_SHELL_WINDOW, "application", application, "control", control, NULL);
}

/**
 * bh_shell_window_show_page:
 * @self: a window
 * @name: "apps" or "tasks"; any other name is ignored
 */
void
bh_shell_window_show_page (BhShellWindow *self, const char *name)
{
  g_return_if_fail (BH_IS_SHELL_WINDOW (self) && name != NULL);

  if (gtk_stack_get_child_by_name (self->stack, name) == NULL)
    return;

  gtk_stack_set_visible_child_name (self->stack, name);
  focus_page (self);
}

/**
 * bh_shell_window_tell:
 * @self: a window
 * @message: what went wrong, for people
 *
 * Shows a message until the user closes it or the next one comes.
 */
void
bh_shell_window_tell (BhShellWindow *self, const char *message)
{
  g_return_if_fail (BH_IS_SHELL_WINDOW (self) && message != NULL);

  gtk_label_set_text (self->error_label, message);
  gtk_widget_show (GTK_WIDGET (self->error_bar));
}
