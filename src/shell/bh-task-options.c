/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-task-options.h"

#include "bh-app-actions.h"

#include <glib/gi18n.h>

#include <string.h>

/*
 * How the user wants to see the task manager: which columns, CPU of what, measured how often. Each
 * is an action of the menus, and is written down as soon as it is changed, so that the next window
 * is as this one was.
 */

/* A column that is being resized changes with each pixel: it is written down when that is over. */
#define SAVE_DELAY_MS 300

#define DEFAULT_INTERVAL 1000

struct _BhTaskOptions
{
  GObject parent_instance;

  BhTaskView *view; /* which outlives this */
  BhTaskLayout *layout;
  BhSupervisorClient *client;
  GSettings *settings;
  GSimpleActionGroup *actions;
  GMenuModel *menu;
  gboolean of_machine;
  guint save_id;
};

enum {
  CHANGED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhTaskOptions, bh_task_options, G_TYPE_OBJECT)

static void
set_state (BhTaskOptions *self, const char *name, GVariant *state)
{
  g_autoptr (GVariant) held = g_variant_ref_sink (state);
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), name);

  g_simple_action_set_state (G_SIMPLE_ACTION (action), held);
}

static char *
build_column_action (BhTaskColumn column)
{
  return g_strconcat ("show-", bh_task_column_get_info (column)->name, NULL);
}

static void
update_columns (BhTaskOptions *self)
{
  for (guint i = 0; i < BH_N_TASK_COLUMNS; i++)
    {
      g_autofree char *name = build_column_action ((BhTaskColumn) i);

      set_state (self, name, g_variant_new_boolean (bh_task_layout_get_shown (self->layout, i)));
    }
}

static void
save_layout (BhTaskOptions *self)
{
  g_auto (GStrv) names = bh_task_layout_dup_names (self->layout);
  g_autoptr (GVariant) widths = bh_task_layout_dup_widths (self->layout);

  g_clear_handle_id (&self->save_id, g_source_remove);
  if (self->settings == NULL)
    return;

  g_settings_set_strv (self->settings, "task-columns", (const char *const *) names);
  g_settings_set_value (self->settings, "task-column-widths", widths);
}

static gboolean
on_save (gpointer user_data)
{
  BhTaskOptions *self = user_data;

  self->save_id = 0;
  save_layout (self);

  return G_SOURCE_REMOVE;
}

static void
on_layout_changed (BhTaskLayout *layout, BhTaskOptions *self)
{
  update_columns (self);
  g_clear_handle_id (&self->save_id, g_source_remove);
  self->save_id = g_timeout_add (SAVE_DELAY_MS, on_save, self);
}

static void
set_of_machine (BhTaskOptions *self, gboolean of_machine)
{
  self->of_machine = of_machine;
  set_state (self, "cpu", g_variant_new_string (of_machine ? "machine" : "core"));
  bh_task_layout_set_of_machine (self->layout, of_machine);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
set_interval (BhTaskOptions *self, guint interval)
{
  set_state (self, "interval", g_variant_new_uint32 (interval));
  bh_sample_watch_set_interval (bh_supervisor_client_get_watch (self->client), interval);
}

static void
on_column_changed (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  BhTaskOptions *self = user_data;
  const char *name = g_action_get_name (G_ACTION (action)) + strlen ("show-");
  BhTaskColumn column;

  if (bh_task_column_from_name (name, &column))
    bh_task_layout_set_shown (self->layout, column, g_variant_get_boolean (state));
}

static void
on_cpu_changed (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  BhTaskOptions *self = user_data;
  gboolean of_machine = g_str_equal (g_variant_get_string (state, NULL), "machine");

  set_of_machine (self, of_machine);
  if (self->settings != NULL)
    g_settings_set_boolean (self->settings, "task-cpu-of-machine", of_machine);
}

static void
on_interval_changed (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  BhTaskOptions *self = user_data;
  guint interval = CLAMP (g_variant_get_uint32 (state), 250, 60000);

  set_interval (self, interval);
  if (self->settings != NULL)
    g_settings_set_uint (self->settings, "task-interval", interval);
}

static void
on_reset_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BhTaskOptions *self = user_data;

  bh_task_layout_reset (self->layout);
  save_layout (self);
  if (self->settings == NULL)
    return;

  /* They may be others in a later version. */
  g_settings_reset (self->settings, "task-columns");
  g_settings_reset (self->settings, "task-column-widths");
}

static void
on_copy_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BhTaskOptions *self = user_data;
  g_autofree char *text = bh_task_view_dup_selected_text (self->view);

  if (*text != '\0')
    gtk_clipboard_set_text (
        gtk_widget_get_clipboard (GTK_WIDGET (self->view), GDK_SELECTION_CLIPBOARD), text, -1);
}

static GMenuModel *
build_columns_menu (void)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) columns = g_menu_new ();
  g_autoptr (GMenu) reset = g_menu_new ();

  for (guint i = 0; i < BH_N_TASK_COLUMNS; i++)
    {
      g_autofree char *name = build_column_action ((BhTaskColumn) i);
      g_autofree char *action = g_strconcat (BH_TASK_OPTIONS_PREFIX ".", name, NULL);

      if (i != BH_TASK_COLUMN_NAME)
        g_menu_append (columns, g_dpgettext2 (NULL, "", bh_task_column_get_info (i)->title),
                       action);
    }
  g_menu_append (reset, _("_Reset Columns"), BH_TASK_OPTIONS_PREFIX ".reset-columns");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (columns));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (reset));

  return G_MENU_MODEL (menu);
}

static GMenuModel *
build_menu (GMenuModel *columns)
{
  static const struct
  {
    guint interval;
    const char *label;
  } intervals[] = {
    { 500, N_("Every _Half Second") },
    { 1000, N_("Every _Second") },
    { 2000, N_("Every _Two Seconds") },
    { 5000, N_("Every _Five Seconds") },
  };
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) all = g_menu_new ();
  g_autoptr (GMenu) look = g_menu_new ();
  g_autoptr (GMenu) cpu = g_menu_new ();
  g_autoptr (GMenu) speed = g_menu_new ();

  g_menu_append (all, _("S_leep All"), BH_APP_ACTIONS_PREFIX ".suspend-all");
  g_menu_append (all, _("Wa_ke All"), BH_APP_ACTIONS_PREFIX ".resume-all");
  g_menu_append (cpu, _("Of One _Core"), BH_TASK_OPTIONS_PREFIX ".cpu::core");
  g_menu_append (cpu, _("Of the Whole _Machine"), BH_TASK_OPTIONS_PREFIX ".cpu::machine");
  for (guint i = 0; i < G_N_ELEMENTS (intervals); i++)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (_(intervals[i].label), NULL);

      g_menu_item_set_action_and_target (item, BH_TASK_OPTIONS_PREFIX ".interval", "u",
                                         intervals[i].interval);
      g_menu_append_item (speed, item);
    }
  g_menu_append_submenu (look, _("_Columns"), columns);
  g_menu_append_submenu (look, _("C_PU in Per Cent"), G_MENU_MODEL (cpu));
  g_menu_append_submenu (look, _("_Update"), G_MENU_MODEL (speed));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (all));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (look));

  return G_MENU_MODEL (menu);
}

static void
add_actions (BhTaskOptions *self)
{
  static const GActionEntry entries[] = {
    { .name = "cpu", .parameter_type = "s", .state = "'core'", .change_state = on_cpu_changed },
    { .name = "interval",
      .parameter_type = "u",
      .state = "uint32 1000",
      .change_state = on_interval_changed },
    { .name = "reset-columns", .activate = on_reset_activated },
    { .name = "copy", .activate = on_copy_activated },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  for (guint i = 0; i < BH_N_TASK_COLUMNS; i++)
    {
      g_autofree char *name = build_column_action ((BhTaskColumn) i);
      const GActionEntry entry
          = { .name = name, .state = "true", .change_state = on_column_changed };

      g_action_map_add_action_entries (G_ACTION_MAP (self->actions), &entry, 1, self);
    }
}

static void
bh_task_options_dispose (GObject *object)
{
  BhTaskOptions *self = BH_TASK_OPTIONS (object);

  if (self->save_id != 0)
    save_layout (self);
  g_clear_object (&self->settings);
  g_clear_object (&self->client);

  G_OBJECT_CLASS (bh_task_options_parent_class)->dispose (object);
}

static void
bh_task_options_finalize (GObject *object)
{
  BhTaskOptions *self = BH_TASK_OPTIONS (object);

  g_signal_handlers_disconnect_by_data (self->layout, self);
  g_object_unref (self->layout);
  g_object_unref (self->actions);
  g_object_unref (self->menu);

  G_OBJECT_CLASS (bh_task_options_parent_class)->finalize (object);
}

static void
bh_task_options_class_init (BhTaskOptionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_task_options_dispose;
  object_class->finalize = bh_task_options_finalize;

  /**
   * BhTaskOptions::changed:
   *
   * CPU is of something else now.
   */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_task_options_init (BhTaskOptions *self)
{
  self->actions = g_simple_action_group_new ();
}

/**
 * bh_task_options_new:
 * @view: the table; outlives this
 * @client: what measures
 *
 * Returns: (transfer full): options as they are at first
 */
BhTaskOptions *
bh_task_options_new (BhTaskView *view, BhSupervisorClient *client)
{
  BhTaskOptions *self;
  g_autoptr (GMenuModel) columns = NULL;

  g_return_val_if_fail (BH_IS_TASK_VIEW (view) && BH_IS_SUPERVISOR_CLIENT (client), NULL);

  self = g_object_new (BH_TYPE_TASK_OPTIONS, NULL);
  self->view = view;
  self->layout = g_object_ref (bh_task_view_get_layout (view));
  self->client = g_object_ref (client);
  add_actions (self);
  columns = build_columns_menu ();
  self->menu = build_menu (columns);
  bh_task_layout_set_menu (self->layout, columns);
  update_columns (self);
  set_interval (self, DEFAULT_INTERVAL);
  g_signal_connect (self->layout, "changed", G_CALLBACK (on_layout_changed), self);

  return self;
}

/**
 * bh_task_options_set_settings:
 * @self: options
 * @settings: the shell's settings
 *
 * Makes all as it is there, and keeps what is changed from now on there.
 */
void
bh_task_options_set_settings (BhTaskOptions *self, GSettings *settings)
{
  g_auto (GStrv) names = NULL;
  g_autoptr (GVariant) widths = NULL;

  g_return_if_fail (BH_IS_TASK_OPTIONS (self) && G_IS_SETTINGS (settings));

  g_set_object (&self->settings, settings);
  names = g_settings_get_strv (settings, "task-columns");
  widths = g_settings_get_value (settings, "task-column-widths");
  if (*names != NULL)
    bh_task_layout_set_names (self->layout, (const char *const *) names);
  bh_task_layout_set_widths (self->layout, widths);
  update_columns (self);
  set_of_machine (self, g_settings_get_boolean (settings, "task-cpu-of-machine"));
  set_interval (self, g_settings_get_uint (settings, "task-interval"));
}

/**
 * bh_task_options_get_actions:
 * @self: options
 *
 * Returns: (transfer none): the actions that change them, and the one that copies rows; others can
 *   be added
 */
GActionGroup *
bh_task_options_get_actions (BhTaskOptions *self)
{
  g_return_val_if_fail (BH_IS_TASK_OPTIONS (self), NULL);

  return G_ACTION_GROUP (self->actions);
}

/**
 * bh_task_options_get_menu:
 * @self: options
 *
 * Returns: (transfer none): a menu of them
 */
GMenuModel *
bh_task_options_get_menu (BhTaskOptions *self)
{
  g_return_val_if_fail (BH_IS_TASK_OPTIONS (self), NULL);

  return self->menu;
}

/**
 * bh_task_options_get_of_machine:
 * @self: options
 *
 * Returns: whether CPU is given as a share of the whole machine, and not of one core
 */
gboolean
bh_task_options_get_of_machine (BhTaskOptions *self)
{
  g_return_val_if_fail (BH_IS_TASK_OPTIONS (self), FALSE);

  return self->of_machine;
}
