/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-app-object.h"

#include "bh-app-alert.h"
#include "bh-app-keep-calls.h"
#include "bh-app-page-calls.h"
#include "bh-app-sleep.h"
#include "bh-error.h"
#include "bh-launch-options.h"
#include "bh-uri-policy.h"

#include <glib/gi18n.h>
#include <string.h>

/*
 * An app on the bus: io.github.bulkhead.App1, its properties made from the catalogue's entry and
 * the instance, its methods handed on to the instance. A broken manifest is an object too, without
 * an instance, which refuses every call with the reason.
 */

struct _BhAppObject
{
  GObject parent_instance;

  BhAppId *id; /* NULL when broken */
  BhCatalogueEntry *entry;
  BhManifest *manifest; /* what is shown; the entry's, or the running instance's */
  char *name;
  BhInstance *instance;
  BhAppAlert *alert;
  BhDBusObjectSkeleton *skeleton;
  BhDBusApp1 *app;
  GPtrArray *limit_calls; /* GDBusMethodInvocation that wait for limits to stand */
};

enum {
  ACTIVITY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhAppObject, bh_app_object, G_TYPE_OBJECT)

/* A call that waits for the instance. */
typedef struct
{
  BhAppObject *self;
  GDBusMethodInvocation *invocation;
  BhLaunchOptions *options;
} Call;

static Call *
call_new (BhAppObject *self, GDBusMethodInvocation *invocation)
{
  Call *call = g_new0 (Call, 1);

  call->self = g_object_ref (self);
  call->invocation = invocation;

  return call;
}

static void
call_free (Call *call)
{
  g_clear_pointer (&call->options, bh_launch_options_free);
  g_object_unref (call->self);
  g_free (call);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

static gboolean
check_usable (BhAppObject *self, GDBusMethodInvocation *invocation)
{
  return bh_app_object_check_usable (self, invocation) != NULL;
}

static void
on_launch_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  g_auto (GVariantDict) reply = G_VARIANT_DICT_INIT (NULL);
  BhRun *run;
  const BhProcessKey *runner;
  gboolean started;

  if (!bh_instance_launch_finish (BH_INSTANCE (source), result, &started, &error))
    {
      g_dbus_method_invocation_return_gerror (call->invocation, error);
      return;
    }
  run = bh_instance_get_run (BH_INSTANCE (source));
  runner = run != NULL ? bh_run_get_runner (run) : NULL;
  g_variant_dict_insert (&reply, "started", "b", started);
  g_variant_dict_insert (&reply, "pid", "u", runner != NULL ? (guint32) runner->pid : 0);
  bh_dbus_app1_complete_launch (call->self->app, call->invocation, g_variant_dict_end (&reply));
}

static BhLaunchOptions *
parse_options (BhAppObject *self, GVariant *variant, GDBusMethodInvocation *invocation)
{
  g_autoptr (GError) error = NULL;
  BhLaunchOptions *options = bh_launch_options_parse (variant, self->manifest, &error);

  if (options == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);

  return options;
}

static gboolean
on_handle_launch (BhDBusApp1 *app,
                  GDBusMethodInvocation *invocation,
                  GVariant *variant,
                  BhAppObject *self)
{
  Call *call;
  BhLaunchOptions *options;

  if (!check_usable (self, invocation))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  options = parse_options (self, variant, invocation);
  if (options == NULL)
    return G_DBUS_METHOD_INVOCATION_HANDLED;

  call = call_new (self, invocation);
  call->options = options;
  bh_instance_launch_async (self->instance, options->wait, options->uri, options->activation_token,
                            on_launch_ready, call);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
on_restart_end_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  BhLaunchOptions *options = call->options;

  /* Not running is what a restart may find, too. */
  if (!bh_instance_end_finish (BH_INSTANCE (source), result, NULL, &error)
      && !g_error_matches (error, BH_ERROR, BH_ERROR_NOT_RUNNING))
    {
      g_dbus_method_invocation_return_gerror (call->invocation, error);
      return;
    }

  bh_instance_count_restart (BH_INSTANCE (source),
                             error != NULL ? BH_BEGINNING_LAUNCH : BH_BEGINNING_CONTINUE);
  bh_instance_launch_async (BH_INSTANCE (source), options->wait, options->uri,
                            options->activation_token, on_launch_ready, g_steal_pointer (&call));
}

static gboolean
on_handle_restart (BhDBusApp1 *app,
                   GDBusMethodInvocation *invocation,
                   GVariant *variant,
                   BhAppObject *self)
{
  Call *call;
  BhLaunchOptions *options;

  if (!check_usable (self, invocation))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  /* Nobody would see what is started. */
  if (self->entry == NULL)
    {
      g_dbus_method_invocation_return_error (
          invocation, BH_ERROR, BH_ERROR_NO_SUCH_APP,
          _("“%s” is not installed any more. It can be stopped, but not started again."),
          self->name);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  options = parse_options (self, variant, invocation);
  if (options == NULL)
    return G_DBUS_METHOD_INVOCATION_HANDLED;

  call = call_new (self, invocation);
  call->options = options;
  bh_instance_end_async (self->instance, BH_REASON_STOPPED, on_restart_end_ready, call);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
on_stop_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;

  if (bh_instance_end_finish (BH_INSTANCE (source), result, NULL, &error))
    bh_dbus_app1_complete_stop (call->self->app, call->invocation);
  else
    g_dbus_method_invocation_return_gerror (call->invocation, error);
}

static gboolean
on_handle_stop (BhDBusApp1 *app, GDBusMethodInvocation *invocation, BhAppObject *self)
{
  if (check_usable (self, invocation))
    bh_instance_end_async (self->instance, BH_REASON_STOPPED, on_stop_ready,
                           call_new (self, invocation));

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
on_kill_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  guint processes;

  if (bh_instance_end_finish (BH_INSTANCE (source), result, &processes, &error))
    bh_dbus_app1_complete_kill (call->self->app, call->invocation, processes);
  else
    g_dbus_method_invocation_return_gerror (call->invocation, error);
}

static gboolean
on_handle_kill (BhDBusApp1 *app, GDBusMethodInvocation *invocation, BhAppObject *self)
{
  if (check_usable (self, invocation))
    bh_instance_end_async (self->instance, BH_REASON_KILLED, on_kill_ready,
                           call_new (self, invocation));

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_activate (BhDBusApp1 *app,
                    GDBusMethodInvocation *invocation,
                    GVariant *variant,
                    BhAppObject *self)
{
  g_autoptr (BhLaunchOptions) options = NULL;
  g_autoptr (GError) error = NULL;

  if (!check_usable (self, invocation))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  options = parse_options (self, variant, invocation);
  if (options == NULL)
    return G_DBUS_METHOD_INVOCATION_HANDLED;

  if (bh_instance_activate (self->instance, options->activation_token, &error))
    bh_dbus_app1_complete_activate (app, invocation);
  else
    g_dbus_method_invocation_return_gerror (invocation, error);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* Answers those who have set limits, when the limits stand. */
static void
answer_limit_calls (BhAppObject *self)
{
  g_autoptr (GPtrArray) calls = NULL;

  if (self->limit_calls->len == 0 || bh_instance_is_setting_limits (self->instance))
    return;
  calls = g_steal_pointer (&self->limit_calls);
  self->limit_calls = g_ptr_array_new ();
  /* Both methods answer nothing but that it is done. */
  for (guint i = 0; i < calls->len; i++)
    g_dbus_method_invocation_return_value (g_ptr_array_index (calls, i), NULL);
}

static void
finish_limit_call (BhAppObject *self, GDBusMethodInvocation *invocation, const GError *error)
{
  if (error != NULL)
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return;
    }
  g_ptr_array_add (self->limit_calls, invocation);
  answer_limit_calls (self);
}

static gboolean
on_handle_wait (BhDBusApp1 *app, GDBusMethodInvocation *invocation, BhAppObject *self)
{
  g_autoptr (GError) error = NULL;

  if (!check_usable (self, invocation))
    return G_DBUS_METHOD_INVOCATION_HANDLED;

  if (bh_instance_wait (self->instance, &error))
    bh_dbus_app1_complete_wait (app, invocation);
  else
    g_dbus_method_invocation_return_gerror (invocation, error);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_set_limits (BhDBusApp1 *app,
                      GDBusMethodInvocation *invocation,
                      GVariant *limits,
                      BhAppObject *self)
{
  g_autoptr (GError) error = NULL;

  if (!check_usable (self, invocation))
    return G_DBUS_METHOD_INVOCATION_HANDLED;

  bh_instance_set_limits (self->instance, limits, &error);
  finish_limit_call (self, invocation, error);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_reset_limits (BhDBusApp1 *app, GDBusMethodInvocation *invocation, BhAppObject *self)
{
  g_autoptr (GError) error = NULL;

  if (!check_usable (self, invocation))
    return G_DBUS_METHOD_INVOCATION_HANDLED;

  bh_instance_reset_limits (self->instance, &error);
  finish_limit_call (self, invocation, error);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
show_limits (BhAppObject *self, BhInstance *instance, BhRun *run)
{
  BhLimits *limits = bh_instance_get_limits (instance);

  bh_dbus_app1_set_limits_held_by (
      self->app, run != NULL ? bh_limiter_dup_holders (bh_run_get_limiter (run))
                             : g_variant_new_array (G_VARIANT_TYPE ("{ss}"), NULL, 0));
  bh_dbus_app1_set_limits (self->app, limits != NULL
                                          ? bh_limits_to_dict (limits, bh_limits_get_kinds (limits))
                                          : g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));
  bh_dbus_app1_set_isolation (self->app, run == NULL                ? ""
                                         : bh_run_is_enclosed (run) ? "bubblewrap"
                                                                    : "none");
  bh_dbus_app1_set_limits_from (self->app, bh_instance_dup_limit_origins (instance));
  bh_dbus_app1_set_pressed (self->app,
                            (bh_instance_get_pressed (instance) & BH_LIMIT_MEMORY_HIGH) != 0);
  bh_dbus_app1_set_growing (self->app, bh_instance_get_growth (instance) > 0);
  bh_dbus_app1_set_growth (self->app, bh_instance_get_growth (instance));
}

static void
on_instance_changed (BhInstance *instance, BhAppObject *self)
{
  BhRun *run = bh_instance_get_run (instance);
  const BhProcessKey *runner = run != NULL ? bh_run_get_runner (run) : NULL;
  gint64 painted_after = 0;
  gboolean painted = run != NULL && bh_run_get_painted (run, &painted_after);

  g_object_set (self->app, "state", bh_state_to_string (bh_instance_get_state (instance)), "reason",
                bh_reason_to_string (bh_instance_get_reason (instance)), "reason-detail",
                bh_instance_get_reason_detail (instance), "pid",
                runner != NULL ? (guint) runner->pid : 0, "started-at",
                run != NULL ? (guint64) bh_run_get_record (run)->started_at : 0, "painted", painted,
                "painted-after", (guint64) painted_after, "restarts",
                bh_instance_get_restarts (instance), "network-crashes",
                bh_instance_get_network_crashes (instance), "restart-at",
                (guint64) bh_instance_get_restart_at (instance), "title",
                run != NULL ? bh_run_get_title (run) : "", NULL);
  bh_dbus_app1_set_settings (self->app,
                             bh_app_settings_to_dict (bh_instance_get_settings (instance)));
  show_limits (self, instance, run);
  bh_app_sleep_show (self->app, instance);
  answer_limit_calls (self);
}

static void
on_instance_ended (BhInstance *instance, const char *reason, const char *detail, BhAppObject *self)
{
  bh_dbus_app1_emit_ended (self->app, reason, detail);
}

static void
on_instance_process_ended (BhInstance *instance,
                           const char *role,
                           const char *detail,
                           BhAppObject *self)
{
  bh_dbus_app1_emit_process_ended (self->app, role, detail);
}

static void
bh_app_object_dispose (GObject *object)
{
  BhAppObject *self = BH_APP_OBJECT (object);

  if (self->alert != NULL)
    g_object_run_dispose (G_OBJECT (self->alert));
  g_clear_object (&self->alert);
  if (self->instance != NULL)
    g_signal_handlers_disconnect_by_data (self->instance, self);
  while (self->limit_calls->len > 0)
    g_dbus_method_invocation_return_value (
        g_ptr_array_remove_index_fast (self->limit_calls, self->limit_calls->len - 1), NULL);
  if (self->app != NULL)
    g_signal_handlers_disconnect_by_data (self->app, self);
  g_clear_object (&self->instance);
  g_clear_object (&self->skeleton);
  g_clear_object (&self->app);

  G_OBJECT_CLASS (bh_app_object_parent_class)->dispose (object);
}

static void
bh_app_object_finalize (GObject *object)
{
  BhAppObject *self = BH_APP_OBJECT (object);

  g_clear_pointer (&self->id, bh_app_id_unref);
  g_clear_pointer (&self->entry, bh_catalogue_entry_unref);
  g_clear_pointer (&self->manifest, bh_manifest_unref);
  g_ptr_array_unref (self->limit_calls);
  g_free (self->name);

  G_OBJECT_CLASS (bh_app_object_parent_class)->finalize (object);
}

static void
bh_app_object_class_init (BhAppObjectClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_app_object_dispose;
  object_class->finalize = bh_app_object_finalize;

  /**
   * BhAppObject::activity:
   *
   * A client called; the service is not idle.
   */
  signals[ACTIVITY] = g_signal_new ("activity", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_app_object_init (BhAppObject *self)
{
  self->limit_calls = g_ptr_array_new ();
  self->app = bh_dbus_app1_skeleton_new ();
  g_signal_connect (self->app, "handle-launch", G_CALLBACK (on_handle_launch), self);
  g_signal_connect (self->app, "handle-restart", G_CALLBACK (on_handle_restart), self);
  g_signal_connect (self->app, "handle-stop", G_CALLBACK (on_handle_stop), self);
  g_signal_connect (self->app, "handle-kill", G_CALLBACK (on_handle_kill), self);
  g_signal_connect (self->app, "handle-activate", G_CALLBACK (on_handle_activate), self);
  g_signal_connect (self->app, "handle-wait", G_CALLBACK (on_handle_wait), self);
  g_signal_connect (self->app, "handle-set-limits", G_CALLBACK (on_handle_set_limits), self);
  g_signal_connect (self->app, "handle-reset-limits", G_CALLBACK (on_handle_reset_limits), self);
  bh_app_keep_calls_connect (self, self->app);
  bh_app_sleep_connect (self->app, self);
  bh_app_page_calls_connect (self->app, self);
}

/**
 * bh_app_object_new:
 * @id: the app
 * @tools: what its instance works with
 * @board: where it tells of its trouble
 *
 * Returns: (transfer full): an object to which an entry or a manifest must be given
 */
BhAppObject *
bh_app_object_new (BhAppId *id, BhInstanceTools *tools, BhAlertBoard *board)
{
  BhAppObject *self = g_object_new (BH_TYPE_APP_OBJECT, NULL);

  self->id = bh_app_id_ref (id);
  self->skeleton = bh_dbus_object_skeleton_new (bh_app_id_get_object_path (id));
  bh_dbus_object_skeleton_set_app1 (self->skeleton, self->app);
  self->instance = bh_instance_new (id, tools);
  self->alert = bh_app_alert_new (self->instance, board);
  g_signal_connect (self->instance, "changed", G_CALLBACK (on_instance_changed), self);
  g_signal_connect (self->instance, "ended", G_CALLBACK (on_instance_ended), self);
  g_signal_connect (self->instance, "process-ended", G_CALLBACK (on_instance_process_ended), self);
  on_instance_changed (self->instance, self);

  return self;
}

/**
 * bh_app_object_new_broken:
 * @entry: an entry without a manifest
 *
 * Returns: (transfer full): an object that tells why
 */
BhAppObject *
bh_app_object_new_broken (BhCatalogueEntry *entry)
{
  BhAppObject *self = g_object_new (BH_TYPE_APP_OBJECT, NULL);
  g_autofree char *slug = bh_slug_from_text (entry->manifest_path);
  g_autofree char *path = g_strconcat (BH_SUPERVISOR_OBJECT_PATH "/broken/", slug, NULL);
  const char *const none[] = { NULL };

  self->skeleton = bh_dbus_object_skeleton_new (path);
  bh_dbus_object_skeleton_set_app1 (self->skeleton, self->app);
  self->entry = bh_catalogue_entry_ref (entry);
  self->name = g_strdup (entry->label);
  g_object_set (self->app, "id", entry->label, "name", entry->label, "description", "", "icon", "",
                "url", "", "source", bh_source_to_string (entry->source), "manifest-path",
                entry->manifest_path, "desktop-id", "", "broken", entry->broken, "warnings", none,
                "state", bh_state_to_string (BH_STATE_STOPPED), "reason", "", "reason-detail", "",
                "title", "", "suspended", "", "activity", none, "limits",
                g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0), "isolation", "",
                "limits-held-by", g_variant_new_array (G_VARIANT_TYPE ("{ss}"), NULL, 0),
                "limits-from", g_variant_new_array (G_VARIANT_TYPE ("{ss}"), NULL, 0), "settings",
                g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0), NULL);

  return self;
}

/* A sample app's name is in our own translations; another app's comes back as it is. */
static const char *
translate (BhSource source, const char *text)
{
  return source == BH_SOURCE_SYSTEM && *text != '\0' ? _(text) : text;
}

static void
show_manifest (BhAppObject *self,
               BhManifest *manifest,
               const char *manifest_path,
               const char *files,
               const char *icon,
               BhSource source)
{
  bh_manifest_ref (manifest);
  g_clear_pointer (&self->manifest, bh_manifest_unref);
  self->manifest = manifest;
  g_free (self->name);
  self->name = g_strdup (translate (source, bh_manifest_get_name (manifest)));
  bh_instance_set_app (self->instance, manifest, manifest_path, files, self->name,
                       source == BH_SOURCE_MANAGED);
  bh_app_alert_set_look (self->alert, self->name, icon);
  g_object_set (self->app, "id", bh_app_id_get_uuid (self->id), "name", self->name, "description",
                translate (source, bh_manifest_get_description (manifest)), "icon", icon, "url",
                bh_manifest_get_url (manifest), "source", bh_source_to_string (source),
                "manifest-path", manifest_path, "desktop-id", bh_app_id_get_desktop_id (self->id),
                "broken", "", "warnings", bh_manifest_get_warnings (manifest), NULL);
  show_limits (self, self->instance, bh_instance_get_run (self->instance));
}

/**
 * bh_app_object_set_entry:
 * @self: an app that is not broken
 * @entry: an entry with a manifest of the same id
 *
 * Shows what is installed now.
 */
void
bh_app_object_set_entry (BhAppObject *self, BhCatalogueEntry *entry)
{
  g_return_if_fail (BH_IS_APP_OBJECT (self));
  g_return_if_fail (entry != NULL && entry->manifest != NULL);

  bh_catalogue_entry_ref (entry);
  g_clear_pointer (&self->entry, bh_catalogue_entry_unref);
  self->entry = entry;
  show_manifest (self, entry->manifest, entry->manifest_path, entry->files, entry->icon,
                 entry->source);
}

/**
 * bh_app_object_get_entry:
 * @self: an app
 *
 * Returns: (transfer none) (nullable): what is installed; %NULL when an instance outlives its app
 */
BhCatalogueEntry *
bh_app_object_get_entry (BhAppObject *self)
{
  g_return_val_if_fail (BH_IS_APP_OBJECT (self), NULL);

  return self->entry;
}

/**
 * bh_app_object_set_manifest:
 * @self: an app
 * @manifest: what a running instance was started with
 * @manifest_path: where that was read
 *
 * Shows an app that runs and is no longer installed.
 */
void
bh_app_object_set_manifest (BhAppObject *self, BhManifest *manifest, const char *manifest_path)
{
  g_return_if_fail (BH_IS_APP_OBJECT (self));

  /* It has been started with the files that it has, and is not started again. */
  show_manifest (self, manifest, manifest_path, "", "", BH_SOURCE_USER);
}

/**
 * bh_app_object_get_instance:
 * @self: an app
 *
 * Returns: (transfer none) (nullable): its instance; %NULL when it is broken
 */
BhInstance *
bh_app_object_get_instance (BhAppObject *self)
{
  g_return_val_if_fail (BH_IS_APP_OBJECT (self), NULL);

  return self->instance;
}

/**
 * bh_app_object_check_usable:
 * @self: an app
 * @invocation: (transfer none): a call of one of its methods
 *
 * Counts the call as activity, and refuses it when the app is broken.
 *
 * Returns: (transfer none) (nullable): the app's instance; %NULL when the call has been answered
 */
BhInstance *
bh_app_object_check_usable (BhAppObject *self, GDBusMethodInvocation *invocation)
{
  g_return_val_if_fail (BH_IS_APP_OBJECT (self), NULL);

  g_signal_emit (self, signals[ACTIVITY], 0);
  if (self->instance == NULL)
    g_dbus_method_invocation_return_error_literal (invocation, BH_ERROR, BH_ERROR_BROKEN_APP,
                                                   self->entry->broken);

  return self->instance;
}

/**
 * bh_app_object_get_name:
 * @self: an app
 *
 * Returns: (transfer none): its name, for people
 */
const char *
bh_app_object_get_name (BhAppObject *self)
{
  g_return_val_if_fail (BH_IS_APP_OBJECT (self), NULL);

  return self->name;
}

/**
 * bh_app_object_get_skeleton:
 * @self: an app
 *
 * Returns: (transfer none): the object for the ObjectManager
 */
BhDBusObjectSkeleton *
bh_app_object_get_skeleton (BhAppObject *self)
{
  g_return_val_if_fail (BH_IS_APP_OBJECT (self), NULL);

  return self->skeleton;
}
