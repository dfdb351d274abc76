/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-task-page.h"

#include "bh-app-actions.h"
#include "bh-app-status.h"

#include <glib/gi18n.h>

/*
 * The task manager: the table, what can be done with the rows that are selected in it, and their
 * sum. It brings the apps and figures that the client tells of into the model.
 */

struct _BhTaskPage
{
  GtkBin parent_instance;

  BhSupervisorClient *client;
  GActionGroup *actions;
  BhTaskModel *model;
  BhTaskView *view;
  BhTaskOptions *options;
  char *search;
  guint cores;
  gboolean narrow;
  int room;
  guint room_id;

  GtkStack *stack;
  GtkScrolledWindow *scroller;
  GtkLabel *nothing_found;
  GtkBox *status;
  GtkLabel *total;
  GtkLabel *machine;
  GtkWidget *wait_button;
  GtkWidget *suspend_button;
  GtkWidget *resume_button;
  GtkWidget *stop_button;
  GtkWidget *restart_button;
  GtkWidget *kill_button;
};

enum {
  PROP_0,
  PROP_CLIENT,
  PROP_ACTIONS,
  N_PROPS,
};
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (BhTaskPage, bh_task_page, GTK_TYPE_BIN)

static gboolean
can_any (GList *items, BhAppAction action)
{
  for (GList *link = items; link != NULL; link = link->next)
    if (bh_app_status_can (link->data, action))
      return TRUE;

  return FALSE;
}

static void
update_buttons (BhTaskPage *self)
{
  g_autolist (BhAppItem) items = bh_task_view_list_selected (self->view);

  gboolean can_suspend = can_any (items, BH_APP_ACTION_SUSPEND);
  gboolean can_resume = can_any (items, BH_APP_ACTION_RESUME);

  /* Few apps ever need it. */
  gtk_widget_set_visible (self->wait_button, can_any (items, BH_APP_ACTION_WAIT));
  gtk_widget_set_visible (self->suspend_button, can_suspend || !can_resume);
  gtk_widget_set_sensitive (self->suspend_button, can_suspend);
  gtk_widget_set_visible (self->resume_button, can_resume);
  gtk_widget_set_sensitive (self->stop_button, can_any (items, BH_APP_ACTION_STOP));
  gtk_widget_set_sensitive (self->restart_button, can_any (items, BH_APP_ACTION_RESTART));
  gtk_widget_set_sensitive (self->kill_button, can_any (items, BH_APP_ACTION_KILL));
}

static gboolean
shows_table (BhTaskPage *self)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "tasks") == 0;
}

static void
take_idle_focus (BhTaskPage *self)
{
  GtkWidget *toplevel = gtk_widget_get_toplevel (GTK_WIDGET (self));

  if (gtk_widget_get_mapped (GTK_WIDGET (self)) && GTK_IS_WINDOW (toplevel)
      && gtk_window_get_focus (GTK_WINDOW (toplevel)) == NULL)
    gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
update_stack (BhTaskPage *self)
{
  const char *name = "tasks";
  gboolean had_table = shows_table (self);
  GtkTreeIter iter;
  g_autofree char *text = NULL;

  if (!gtk_tree_model_get_iter_first (GTK_TREE_MODEL (self->model), &iter))
    name = self->search != NULL && *self->search != '\0' ? "nothing-found" : "empty";
  if (g_str_equal (name, "nothing-found"))
    {
      text = g_strdup_printf (_("No running app matches “%s”."), self->search);
      gtk_label_set_text (self->nothing_found, text);
    }
  gtk_stack_set_visible_child_name (self->stack, name);

  /* The arrows are for the first row as soon as there is one. */
  if (!had_table && shows_table (self))
    take_idle_focus (self);
}

/* A label that is set lays out the whole window anew. */
static void
set_text (GtkLabel *label, const char *text)
{
  if (!g_str_equal (gtk_label_get_text (label), text))
    gtk_label_set_text (label, text);
}

static void
update_total (BhTaskPage *self)
{
  guint divisor = bh_task_options_get_of_machine (self->options) ? self->cores : 1;
  BhTaskTotals totals;
  g_autofree char *text = NULL;

  bh_task_model_get_totals (self->model, &totals);
  text = bh_task_format_total (totals.apps, totals.processes, totals.memory,
                               totals.cpu >= 0 ? totals.cpu / divisor : totals.cpu);
  set_text (self->total, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->total), text);
}

static void
update_cpu (BhTaskPage *self)
{
  bh_task_model_set_cpu_divisor (self->model,
                                 bh_task_options_get_of_machine (self->options) ? self->cores : 1);
  update_total (self);
}

static void
update (BhTaskPage *self)
{
  update_buttons (self);
  update_stack (self);
  update_total (self);
}

static void
on_item_changed (BhAppItem *item, BhTaskPage *self)
{
  bh_task_model_update_app (self->model, item);
  update (self);
}

static void
add_app (BhTaskPage *self, BhAppItem *item)
{
  bh_task_model_update_app (self->model, item);
  g_signal_connect_object (item, "changed", G_CALLBACK (on_item_changed), self, 0);
}

static void
on_app_added (BhSupervisorClient *client, BhAppItem *item, BhTaskPage *self)
{
  add_app (self, item);
  update (self);
}

static void
on_app_removed (BhSupervisorClient *client, BhAppItem *item, BhTaskPage *self)
{
  g_signal_handlers_disconnect_by_func (item, on_item_changed, self);
  bh_task_model_remove_app (self->model, item);
  update (self);
}

static void
on_sampled (BhSupervisorClient *client, GVariant *samples, BhTaskPage *self)
{
  bh_task_model_update_figures (self->model, samples);
  /* What a search for a PID finds is known only now. */
  if (self->search != NULL)
    update_stack (self);
  bh_task_view_expand (self->view);
  bh_task_view_redraw_graphs (self->view);
  update_total (self);
}

static void
on_machine_sampled (BhSupervisorClient *client, GVariant *machine, BhTaskPage *self)
{
  g_autofree char *text = bh_task_format_machine (machine);
  guint cores;

  set_text (self->machine, text);
  gtk_widget_show (GTK_WIDGET (self->machine));
  if (!g_variant_lookup (machine, "cores", "u", &cores) || cores == 0 || cores == self->cores)
    return;

  self->cores = cores;
  update_cpu (self);
}

/* A search for a PID looks at all processes, the table at those of the apps that are open. */
static void
update_shown (BhTaskPage *self)
{
  g_auto (GStrv) expanded = bh_task_view_dup_expanded (self->view);
  const char *const all[] = { "/", NULL };
  gboolean of_pid = self->search != NULL && g_ascii_isdigit (*self->search);

  if (bh_supervisor_client_get_sampling (self->client))
    bh_sample_watch_show_processes (bh_supervisor_client_get_watch (self->client), self,
                                    of_pid ? all : (const char *const *) expanded);
  else
    bh_sample_watch_show_processes (bh_supervisor_client_get_watch (self->client), self, NULL);
}

static void
on_shown_changed (BhTaskView *view, BhTaskPage *self)
{
  update_shown (self);
}

static void
on_sampling_changed (BhSupervisorClient *client, GParamSpec *pspec, BhTaskPage *self)
{
  update_shown (self);
}

static void
on_options_changed (BhTaskOptions *options, BhTaskPage *self)
{
  update_cpu (self);
}

static void
on_state_changed (BhSupervisorClient *client, GParamSpec *pspec, BhTaskPage *self)
{
  if (bh_supervisor_client_get_state (client) == BH_CONNECTION_CONNECTED)
    return;

  bh_task_model_forget_figures (self->model);
  gtk_widget_hide (GTK_WIDGET (self->machine));
  update_total (self);
}

static void
update_focus (BhTaskPage *self)
{
  g_autolist (BhAppItem) items = bh_task_view_list_selected (self->view);

  /* With several selected none is looked at more closely than the others. */
  bh_supervisor_client_set_focus (self->client, self,
                                  items != NULL && items->next == NULL ? items->data : NULL);
}

static void
on_selection_changed (GtkTreeSelection *selection, BhTaskPage *self)
{
  update_buttons (self);
  update_focus (self);
}

static void
activate_on_selected (BhTaskPage *self, const char *name)
{
  g_autolist (BhAppItem) items = bh_task_view_list_selected (self->view);

  bh_app_actions_activate_all (self->actions, name, items);
}

static void
on_wait_clicked (GtkButton *button, BhTaskPage *self)
{
  activate_on_selected (self, "wait");
}

static void
on_suspend_clicked (GtkButton *button, BhTaskPage *self)
{
  activate_on_selected (self, "suspend");
}

static void
on_resume_clicked (GtkButton *button, BhTaskPage *self)
{
  activate_on_selected (self, "resume");
}

static void
on_stop_clicked (GtkButton *button, BhTaskPage *self)
{
  activate_on_selected (self, "stop");
}

static void
on_restart_clicked (GtkButton *button, BhTaskPage *self)
{
  activate_on_selected (self, "restart");
}

static void
on_kill_clicked (GtkButton *button, BhTaskPage *self)
{
  activate_on_selected (self, "kill");
}

static gboolean
on_view_key_press (GtkWidget *view, GdkEventKey *event, BhTaskPage *self)
{
  static const struct
  {
    guint keyval;
    GdkModifierType modifiers;
    const char *action;
  } keys[] = {
    { GDK_KEY_Delete, 0, "kill" },
    { GDK_KEY_KP_Delete, 0, "kill" },
    { GDK_KEY_e, GDK_CONTROL_MASK, "stop" },
    { GDK_KEY_r, GDK_CONTROL_MASK, "restart" },
    { GDK_KEY_s, GDK_CONTROL_MASK, "suspend" },
    { GDK_KEY_s, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "resume" },
    { GDK_KEY_F12, 0, "developer-tools" },
    { GDK_KEY_o, GDK_CONTROL_MASK, "folder" },
    { GDK_KEY_Return, GDK_MOD1_MASK, "details" },
    { GDK_KEY_KP_Enter, GDK_MOD1_MASK, "details" },
  };
  guint modifiers = event->state & gtk_accelerator_get_default_mod_mask ();
  guint keyval = gdk_keyval_to_lower (event->keyval);

  if (keyval == GDK_KEY_c && modifiers == GDK_CONTROL_MASK)
    {
      g_action_group_activate_action (bh_task_options_get_actions (self->options), "copy", NULL);
      return TRUE;
    }

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (keys[i].keyval == keyval && keys[i].modifiers == modifiers)
      {
        activate_on_selected (self, keys[i].action);
        /* What is over is taken off the list by the same key. */
        if (g_str_equal (keys[i].action, "kill"))
          activate_on_selected (self, "dismiss");
        return TRUE;
      }

  return FALSE;
}

static gboolean
on_room_changed (gpointer user_data)
{
  BhTaskPage *self = user_data;

  self->room_id = 0;
  bh_task_view_set_room (self->view, self->room, self->narrow);

  return G_SOURCE_REMOVE;
}

static void
queue_room (BhTaskPage *self)
{
  /* Columns can't come and go in the middle of handing out the room for them. */
  if (self->room_id == 0)
    self->room_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_room_changed, self, NULL);
}

static void
on_scroller_allocated (GtkWidget *scroller, GdkRectangle *allocation, BhTaskPage *self)
{
  if (self->room == allocation->width)
    return;

  self->room = allocation->width;
  queue_room (self);
}

static void
bh_task_page_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  BhTaskPage *self = BH_TASK_PAGE (object);

  switch (property_id)
    {
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
bh_task_page_set_property (GObject *object,
                           guint property_id,
                           const GValue *value,
                           GParamSpec *pspec)
{
  BhTaskPage *self = BH_TASK_PAGE (object);

  switch (property_id)
    {
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
bh_task_page_constructed (GObject *object)
{
  BhTaskPage *self = BH_TASK_PAGE (object);
  g_autoptr (GList) apps = bh_supervisor_client_list_apps (self->client);

  G_OBJECT_CLASS (bh_task_page_parent_class)->constructed (object);

  self->view = BH_TASK_VIEW (bh_task_view_new (self->model, self->actions));
  g_signal_connect (self->view, "key-press-event", G_CALLBACK (on_view_key_press), self);
  g_signal_connect_object (gtk_tree_view_get_selection (GTK_TREE_VIEW (self->view)), "changed",
                           G_CALLBACK (on_selection_changed), self, 0);
  gtk_container_add (GTK_CONTAINER (self->scroller), GTK_WIDGET (self->view));
  g_signal_connect (self->scroller, "size-allocate", G_CALLBACK (on_scroller_allocated), self);
  self->options = bh_task_options_new (self->view, self->client);
  g_signal_connect_object (self->options, "changed", G_CALLBACK (on_options_changed), self, 0);

  for (GList *link = apps; link != NULL; link = link->next)
    add_app (self, link->data);
  g_signal_connect_object (self->client, "app-added", G_CALLBACK (on_app_added), self, 0);
  g_signal_connect_object (self->client, "app-removed", G_CALLBACK (on_app_removed), self, 0);
  g_signal_connect (self->view, "shown-changed", G_CALLBACK (on_shown_changed), self);
  g_signal_connect_object (self->client, "notify::sampling", G_CALLBACK (on_sampling_changed), self,
                           0);
  g_signal_connect_object (self->client, "machine-sampled", G_CALLBACK (on_machine_sampled), self,
                           0);
  g_signal_connect_object (self->client, "sampled", G_CALLBACK (on_sampled), self, 0);
  g_signal_connect_object (self->client, "notify::state", G_CALLBACK (on_state_changed), self, 0);
  update (self);
}

static void
bh_task_page_dispose (GObject *object)
{
  BhTaskPage *self = BH_TASK_PAGE (object);

  if (self->view != NULL)
    g_signal_handlers_disconnect_by_data (gtk_tree_view_get_selection (GTK_TREE_VIEW (self->view)),
                                          self);
  if (self->client != NULL)
    {
      bh_supervisor_client_set_focus (self->client, self, NULL);
      bh_sample_watch_show_processes (bh_supervisor_client_get_watch (self->client), self, NULL);
    }
  g_clear_handle_id (&self->room_id, g_source_remove);
  self->view = NULL;
  g_clear_object (&self->options);
  g_clear_object (&self->client);
  g_clear_object (&self->actions);

  G_OBJECT_CLASS (bh_task_page_parent_class)->dispose (object);
}

static void
bh_task_page_finalize (GObject *object)
{
  BhTaskPage *self = BH_TASK_PAGE (object);

  g_object_unref (self->model);
  g_free (self->search);

  G_OBJECT_CLASS (bh_task_page_parent_class)->finalize (object);
}

static void
bh_task_page_class_init (BhTaskPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = bh_task_page_get_property;
  object_class->set_property = bh_task_page_set_property;
  object_class->constructed = bh_task_page_constructed;
  object_class->dispose = bh_task_page_dispose;
  object_class->finalize = bh_task_page_finalize;

  /**
   * BhTaskPage:client:
   *
   * Where the apps and their figures come from.
   */
  props[PROP_CLIENT]
      = g_param_spec_object ("client", NULL, NULL, BH_TYPE_SUPERVISOR_CLIENT,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * BhTaskPage:actions:
   *
   * What can be done with an app.
   */
  props[PROP_ACTIONS]
      = g_param_spec_object ("actions", NULL, NULL, G_TYPE_ACTION_GROUP,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/bulkhead/Bulkhead/bh-task-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BhTaskPage, stack);
  gtk_widget_class_bind_template_child (widget_class, BhTaskPage, scroller);
  gtk_widget_class_bind_template_child (widget_class, BhTaskPage, nothing_found);
  gtk_widget_class_bind_template_child (widget_class, BhTaskPage, status);
  gtk_widget_class_bind_template_child (widget_class, BhTaskPage, total);
  gtk_widget_class_bind_template_child (widget_class, BhTaskPage, machine);
  gtk_widget_class_bind_template_child (widget_class, BhTaskPage, wait_button);
  gtk_widget_class_bind_template_child (widget_class, BhTaskPage, suspend_button);
  gtk_widget_class_bind_template_child (widget_class, BhTaskPage, resume_button);
  gtk_widget_class_bind_template_child (widget_class, BhTaskPage, stop_button);
  gtk_widget_class_bind_template_child (widget_class, BhTaskPage, restart_button);
  gtk_widget_class_bind_template_child (widget_class, BhTaskPage, kill_button);
  gtk_widget_class_bind_template_callback (widget_class, on_wait_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_suspend_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_resume_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_stop_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_restart_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_kill_clicked);
}

static void
use_tabular_figures (GtkLabel *label)
{
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  gtk_label_set_attributes (label, attributes);
}

static void
bh_task_page_init (BhTaskPage *self)
{
  self->model = bh_task_model_new ();
  self->cores = g_get_num_processors ();

  gtk_widget_init_template (GTK_WIDGET (self));
  use_tabular_figures (self->total);
  use_tabular_figures (self->machine);
}

/**
 * bh_task_page_new:
 * @client: where the apps and their figures come from
 * @actions: what can be done with an app
 *
 * Returns: (transfer floating): the page
 */
GtkWidget *
bh_task_page_new (BhSupervisorClient *client, GActionGroup *actions)
{
  g_return_val_if_fail (BH_IS_SUPERVISOR_CLIENT (client) && G_IS_ACTION_GROUP (actions), NULL);

  return g_object_new (BH_TYPE_TASK_PAGE, "client", client, "actions", actions, "visible", TRUE,
                       NULL);
}

/**
 * bh_task_page_set_search:
 * @self: the page
 * @text: (nullable): what the user searches for
 */
void
bh_task_page_set_search (BhTaskPage *self, const char *text)
{
  g_return_if_fail (BH_IS_TASK_PAGE (self));

  if (g_strcmp0 (self->search, text) == 0)
    return;

  g_free (self->search);
  self->search = g_strdup (text);
  bh_task_model_set_filter (self->model, text);
  update_shown (self);
  update (self);
}

/**
 * bh_task_page_set_narrow:
 * @self: the page
 * @narrow: whether the window is too narrow for all columns
 */
void
bh_task_page_set_narrow (BhTaskPage *self, gboolean narrow)
{
  g_return_if_fail (BH_IS_TASK_PAGE (self));

  self->narrow = !!narrow;
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->status),
                                  narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  queue_room (self);
}

/**
 * bh_task_page_get_options:
 * @self: the page
 *
 * Returns: (transfer none): how the user wants to see it
 */
BhTaskOptions *
bh_task_page_get_options (BhTaskPage *self)
{
  g_return_val_if_fail (BH_IS_TASK_PAGE (self), NULL);

  return self->options;
}

/**
 * bh_task_page_set_sort:
 * @self: the page
 * @column: the name of a column, as bh_task_page_get_sort() gives it
 * @direction: whether the least or the greatest comes first
 */
void
bh_task_page_set_sort (BhTaskPage *self, const char *column, GtkSortType direction)
{
  BhTaskColumn id;

  g_return_if_fail (BH_IS_TASK_PAGE (self) && column != NULL);

  if (bh_task_column_from_name (column, &id))
    gtk_tree_sortable_set_sort_column_id (GTK_TREE_SORTABLE (self->model), (int) id, direction);
}

/**
 * bh_task_page_get_sort:
 * @self: the page
 * @direction: (out): whether the least or the greatest comes first
 *
 * Returns: (transfer none): the name of the column that the table is sorted by
 */
const char *
bh_task_page_get_sort (BhTaskPage *self, GtkSortType *direction)
{
  int column;

  g_return_val_if_fail (BH_IS_TASK_PAGE (self) && direction != NULL, NULL);

  gtk_tree_sortable_get_sort_column_id (GTK_TREE_SORTABLE (self->model), &column, direction);

  return bh_task_column_get_info ((BhTaskColumn) column)->name;
}

/**
 * bh_task_page_grab_focus:
 * @self: the page
 *
 * Gives the table the keyboard.
 *
 * Returns: whether it is shown: without a row it is not
 */
gboolean
bh_task_page_grab_focus (BhTaskPage *self)
{
  g_return_val_if_fail (BH_IS_TASK_PAGE (self), FALSE);

  if (!shows_table (self))
    return FALSE;

  gtk_widget_grab_focus (GTK_WIDGET (self->view));

  return TRUE;
}
