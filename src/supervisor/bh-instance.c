/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-instance.h"

#include "bh-end-reason.h"
#include "bh-error.h"
#include "bh-launch-setup.h"
#include "bh-lifecycle-log.h"
#include "bh-tree-kill.h"

#include <gio/gunixconnection.h>
#include <glib/gi18n.h>
#include <unistd.h>

/*
 * Long because a run is one state machine, whose steps are read together.
 *
 * An app's instance: at most one run at a time, and what is remembered of the last one. Everything
 * that starts, watches and ends a run is decided here; what may follow what is in bh-state.c.
 *
 * A run ends in two steps. The runner exits, or is killed; then every other process of the instance
 * is killed and waited for. Only then the record is removed, the callers that asked for the end are
 * answered, and callers that asked for a launch meanwhile get one.
 */

/* Milliseconds until processes that survived SIGKILL are tried again. */
#define KILL_RETRY 30000
/* Milliseconds that the processes of a runner that ended by itself have to write down what the
 * pages keep and to go; see bh-tree-kill.c. */
#define FLUSH_GRACE 2000
/* Heartbeats that may be missed, or go by without a word from the page. */
#define MISSED_HEARTBEATS 2

typedef struct
{
  BhLaunchWait wait;
  char *uri;
  char *activation_token;
  gboolean started;
} LaunchRequest;

struct _BhInstance
{
  GObject parent_instance;

  BhAppId *id;
  BhInstanceTools *tools;

  BhManifest *manifest;
  char *manifest_path;
  char *files;
  char *name;

  BhState state;
  BhReason reason;
  char *reason_detail;
  guint restarts;

  /* The run. */
  BhInstanceRecord *record;
  BhRunnerProcess *process;
  BhRunnerChannel *channel;
  GArray *known;
  char *title;
  char *failure;
  gint64 launched_at;
  gint64 painted_after;
  gboolean painted;
  BhReason ending;
  gboolean cleaning;
  guint silent_beats;
  guint killed;

  GPtrArray *launches; /* GTask with LaunchRequest */
  GPtrArray *ends;     /* GTask */

  guint launch_deadline;
  guint stop_deadline;
  guint heartbeat_deadline;
  guint kill_retry;
};

enum {
  CHANGED,
  ENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhInstance, bh_instance, G_TYPE_OBJECT)

static void begin_cleanup (BhInstance *self);
static void start_run (BhInstance *self);

static void
launch_request_free (LaunchRequest *request)
{
  g_free (request->uri);
  g_free (request->activation_token);
  g_free (request);
}

static void
changed (BhInstance *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
set_state (BhInstance *self, BhState state)
{
  if (self->state == state)
    return;

  g_assert (bh_state_can_become (self->state, state));
  g_debug ("%s: %s → %s", bh_app_id_get_uuid (self->id), bh_state_to_string (self->state),
           bh_state_to_string (state));
  self->state = state;
  changed (self);
}

static void
set_ended (BhInstance *self, BhReason reason, const char *detail)
{
  self->reason = reason;
  g_free (self->reason_detail);
  self->reason_detail = g_strdup (detail);
  bh_lifecycle_log (BH_LIFECYCLE_ENDED, bh_app_id_get_uuid (self->id), self->record->instance,
                    "%s%s%s", bh_reason_to_string (reason), *detail != '\0' ? ": " : "", detail);
  g_signal_emit (self, signals[ENDED], 0, bh_reason_to_string (reason), detail);
  changed (self);
}

static void
save_record (BhInstance *self)
{
  g_autoptr (GError) error = NULL;

  if (!bh_instance_record_save (self->record, self->tools->records_dir, &error))
    g_warning ("The record of “%s” can't be written, so it could not be adopted: %s",
               bh_app_id_get_uuid (self->id), error->message);
}

/* Answers the launches that wait for no more than has been reached. */
static void
answer_launches (BhInstance *self, BhLaunchWait reached)
{
  for (guint i = 0; i < self->launches->len;)
    {
      GTask *task = g_ptr_array_index (self->launches, i);
      LaunchRequest *request = g_task_get_task_data (task);

      if (request->wait > reached)
        {
          i++;
          continue;
        }
      g_object_ref (task);
      g_ptr_array_remove_index (self->launches, i);
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
    }
}

static void
refuse_launches (BhInstance *self, BhError code, const char *message)
{
  g_autoptr (GPtrArray) launches = g_steal_pointer (&self->launches);

  self->launches = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < launches->len; i++)
    g_task_return_new_error (g_ptr_array_index (launches, i), BH_ERROR, code, "%s", message);
}

static void
clear_deadlines (BhInstance *self)
{
  BhClock *clock = self->tools->clock;

  bh_clock_clear_timer (clock, &self->launch_deadline);
  bh_clock_clear_timer (clock, &self->stop_deadline);
  bh_clock_clear_timer (clock, &self->heartbeat_deadline);
  bh_clock_clear_timer (clock, &self->kill_retry);
}

static void
drop_channel (BhInstance *self)
{
  if (self->channel == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->channel, self);
  g_clear_object (&self->channel);
}

static void
drop_process (BhInstance *self)
{
  if (self->process == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->process, self);
  g_clear_object (&self->process);
}

/* All processes of the run are gone. */
static void
finish_run (BhInstance *self)
{
  /* The last reference may go when others hear of the change. */
  g_autoptr (BhInstance) kept = g_object_ref (self);
  g_autoptr (GPtrArray) ends = g_steal_pointer (&self->ends);
  guint killed = self->killed;

  self->ends = g_ptr_array_new_with_free_func (g_object_unref);
  clear_deadlines (self);
  drop_channel (self);
  drop_process (self);
  bh_instance_record_remove (self->tools->records_dir, bh_app_id_get_slug (self->id));
  g_clear_pointer (&self->record, bh_instance_record_free);
  g_array_set_size (self->known, 0);
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->failure, g_free);
  self->painted = FALSE;
  self->painted_after = 0;
  self->ending = BH_REASON_NONE;
  self->killed = 0;

  if (self->state == BH_STATE_STOPPING)
    set_state (self, BH_STATE_STOPPED);
  changed (self);

  for (guint i = 0; i < ends->len; i++)
    g_task_return_int (g_ptr_array_index (ends, i), killed);
  if (self->launches->len > 0 && self->record == NULL)
    start_run (self);
}

static void
maybe_finish_run (BhInstance *self)
{
  if (!self->cleaning && (self->process == NULL || bh_runner_process_has_exited (self->process)))
    finish_run (self);
}

static gboolean
on_kill_retry (gpointer user_data)
{
  BhInstance *self = BH_INSTANCE (user_data);

  self->kill_retry = 0;
  begin_cleanup (self);

  return G_SOURCE_REMOVE;
}

static void
on_tree_kill_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BhInstance) self = BH_INSTANCE (user_data);
  g_autoptr (GError) error = NULL;
  guint killed = 0;
  gboolean gone = bh_tree_kill_finish (result, &killed, &error);

  self->cleaning = FALSE;
  self->killed += killed;
  if (killed > 0)
    bh_lifecycle_log (BH_LIFECYCLE_KILLED, bh_app_id_get_uuid (self->id), self->record->instance,
                      "%u processes", killed);
  if (gone)
    {
      maybe_finish_run (self);
      return;
    }

  for (guint i = 0; i < self->ends->len; i++)
    g_task_return_error (g_ptr_array_index (self->ends, i), g_error_copy (error));
  g_ptr_array_set_size (self->ends, 0);
  refuse_launches (self, BH_ERROR_TIMED_OUT, error->message);
  self->kill_retry = bh_clock_add_timer (self->tools->clock, KILL_RETRY, on_kill_retry, self);
}

static void
begin_cleanup (BhInstance *self)
{
  gboolean by_itself = self->process != NULL && bh_runner_process_has_exited (self->process)
                       && self->ending != BH_REASON_KILLED;
  guint grace = by_itself ? FLUSH_GRACE : 0;

  if (self->cleaning)
    return;

  self->cleaning = TRUE;
  bh_clock_clear_timer (self->tools->clock, &self->kill_retry);
  bh_tree_kill_async (self->tools->scanner, self->tools->clock, self->record->instance,
                      self->process != NULL ? bh_runner_process_get_key (self->process) : NULL,
                      self->known, grace, on_tree_kill_ready, g_object_ref (self));
}

/* The run has failed before it was ready. */
static void
fail_launch (BhInstance *self, const char *message)
{
  set_ended (self, BH_REASON_LAUNCH_FAILED, message);
  set_state (self, BH_STATE_CRASHED);
  refuse_launches (self, BH_ERROR_LAUNCH_FAILED, message);
}

static void
on_process_exited (BhRunnerProcess *process, BhInstance *self)
{
  g_autofree char *detail = NULL;
  BhEnd end = { .before_ready = self->state == BH_STATE_STARTING,
                .requested = self->ending,
                .failure = self->failure };
  gboolean expected = self->state == BH_STATE_STOPPING;

  clear_deadlines (self);
  end.known = bh_runner_process_get_status (process, &end.wait_status);
  self->reason = bh_end_reason_decide (&end, &detail);

  if (self->reason == BH_REASON_LAUNCH_FAILED)
    {
      fail_launch (self, detail);
    }
  else
    {
      set_ended (self, self->reason, detail);
      if (!bh_reason_is_crash (self->reason))
        set_state (self, BH_STATE_STOPPING);
      else if (self->state != BH_STATE_STOPPING)
        set_state (self, BH_STATE_CRASHED);
      /* Launches that came while it was ending get a new run, see finish_run(). */
      if (!expected)
        refuse_launches (self, BH_ERROR_ENDED,
                         *detail != '\0' ? detail : bh_reason_get_label (self->reason));
    }

  if (self->cleaning)
    maybe_finish_run (self);
  else
    begin_cleanup (self);
}

static gboolean
on_heartbeat_deadline (gpointer user_data)
{
  BhInstance *self = BH_INSTANCE (user_data);

  self->heartbeat_deadline = 0;
  if (self->state == BH_STATE_RUNNING)
    {
      bh_lifecycle_log (BH_LIFECYCLE_UNRESPONSIVE, bh_app_id_get_uuid (self->id),
                        self->record->instance, "the window does not answer");
      set_state (self, BH_STATE_UNRESPONSIVE);
    }

  return G_SOURCE_REMOVE;
}

static void
on_channel_heartbeat (BhRunnerChannel *channel, gboolean page_responds, BhInstance *self)
{
  BhClock *clock = self->tools->clock;

  bh_clock_clear_timer (clock, &self->heartbeat_deadline);
  self->heartbeat_deadline
      = bh_clock_add_timer (clock, (MISSED_HEARTBEATS + 1) * BH_HEARTBEAT_INTERVAL,
                            on_heartbeat_deadline, self);

  self->silent_beats = page_responds ? 0 : self->silent_beats + 1;
  if (page_responds && self->state == BH_STATE_UNRESPONSIVE)
    set_state (self, BH_STATE_RUNNING);
  if (self->silent_beats >= MISSED_HEARTBEATS && self->state == BH_STATE_RUNNING)
    {
      bh_lifecycle_log (BH_LIFECYCLE_UNRESPONSIVE, bh_app_id_get_uuid (self->id),
                        self->record->instance, "the page does not answer");
      set_state (self, BH_STATE_UNRESPONSIVE);
    }
}

static void
on_channel_ready (BhRunnerChannel *channel, BhInstance *self)
{
  bh_clock_clear_timer (self->tools->clock, &self->launch_deadline);
  if (self->state != BH_STATE_STARTING)
    return;

  bh_lifecycle_log (BH_LIFECYCLE_READY, bh_app_id_get_uuid (self->id), self->record->instance,
                    "ready after %" G_GINT64_FORMAT " ms",
                    (bh_clock_get_time (self->tools->clock) - self->launched_at) / 1000);
  set_state (self, BH_STATE_RUNNING);
  answer_launches (self, BH_LAUNCH_WAIT_READY);
}

static void
on_channel_painted (BhRunnerChannel *channel, BhInstance *self)
{
  if (self->painted)
    return;

  self->painted = TRUE;
  self->painted_after = bh_clock_get_time (self->tools->clock) - self->launched_at;
  changed (self);
  answer_launches (self, BH_LAUNCH_WAIT_PAINTED);
}

static void
on_channel_title (BhRunnerChannel *channel, const char *title, BhInstance *self)
{
  if (g_strcmp0 (self->title, title) == 0)
    return;
  g_free (self->title);
  self->title = g_strdup (title);
  changed (self);
}

static void
on_channel_web_process_ended (BhRunnerChannel *channel, const char *reason, BhInstance *self)
{
  self->silent_beats = 0;
  if (self->state == BH_STATE_STOPPING || self->state == BH_STATE_CRASHED)
    return;
  /* The runner ended it itself, because it was asked to. */
  if (g_str_equal (reason, "terminated"))
    return;

  set_ended (self,
             g_str_equal (reason, "memory-limit") ? BH_REASON_MEMORY_LIMIT
                                                  : BH_REASON_WEB_PROCESS_CRASHED,
             _("The page's process ended unexpectedly. The app's window is still open."));
  set_state (self, BH_STATE_CRASHED);
}

static void
on_channel_web_process_recovered (BhRunnerChannel *channel, BhInstance *self)
{
  if (self->state == BH_STATE_CRASHED)
    set_state (self, BH_STATE_RUNNING);
}

static void
on_channel_failed (BhRunnerChannel *channel, const char *message, BhInstance *self)
{
  g_free (self->failure);
  self->failure = g_strdup (message);
}

static void
on_channel_closing (BhRunnerChannel *channel, const char *reason, BhInstance *self)
{
  if (self->ending == BH_REASON_NONE)
    self->ending = BH_REASON_CLOSED;
  /* A runner that is still coming up can only be stopped, which is a state change of its own. */
  if (self->state == BH_STATE_STOPPING)
    return;
  set_state (self, BH_STATE_STOPPING);
  refuse_launches (self, BH_ERROR_ENDED, _("The app was closed"));
}

static void
on_channel_closed (BhRunnerChannel *channel, BhInstance *self)
{
  /* The process's own end tells more, and comes too. A runner that closed its channel and lives on
   * can still be killed. */
  drop_channel (self);
}

static void
take_channel (BhInstance *self, BhRunnerChannel *channel)
{
  drop_channel (self);
  self->channel = g_object_ref (channel);
  g_signal_connect (channel, "ready", G_CALLBACK (on_channel_ready), self);
  g_signal_connect (channel, "painted", G_CALLBACK (on_channel_painted), self);
  g_signal_connect (channel, "title", G_CALLBACK (on_channel_title), self);
  g_signal_connect (channel, "heartbeat", G_CALLBACK (on_channel_heartbeat), self);
  g_signal_connect (channel, "web-process-ended", G_CALLBACK (on_channel_web_process_ended), self);
  g_signal_connect (channel, "web-process-recovered", G_CALLBACK (on_channel_web_process_recovered),
                    self);
  g_signal_connect (channel, "failed", G_CALLBACK (on_channel_failed), self);
  g_signal_connect (channel, "closing", G_CALLBACK (on_channel_closing), self);
  g_signal_connect (channel, "closed", G_CALLBACK (on_channel_closed), self);
}

static gboolean
on_launch_deadline (gpointer user_data)
{
  BhInstance *self = BH_INSTANCE (user_data);

  self->launch_deadline = 0;
  if (self->state == BH_STATE_STARTING)
    {
      g_free (self->failure);
      self->failure = g_strdup_printf (_("The app did not answer within %d seconds and was ended"),
                                       BH_LAUNCH_DEADLINE / 1000);
      begin_cleanup (self);
    }
  else
    {
      refuse_launches (self, BH_ERROR_TIMED_OUT, _("The app runs, but has painted nothing yet"));
    }

  return G_SOURCE_REMOVE;
}

static void
on_spawn_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BhInstance) self = BH_INSTANCE (user_data);
  g_autoptr (BhRunnerProcess) process = NULL;
  g_autoptr (GError) error = NULL;

  process = bh_spawner_spawn_finish (BH_SPAWNER (source), result, &error);
  if (process == NULL)
    {
      fail_launch (self, error->message);
      finish_run (self);
      return;
    }

  self->process = g_steal_pointer (&process);
  g_signal_connect (self->process, "exited", G_CALLBACK (on_process_exited), self);
  self->record->runner = *bh_runner_process_get_key (self->process);
  save_record (self);
  bh_lifecycle_log (BH_LIFECYCLE_SPAWNED, bh_app_id_get_uuid (self->id), self->record->instance,
                    "runner %d", (int) self->record->runner.pid);
  changed (self);

  /* It was asked to end while it was being made. */
  if (self->ending != BH_REASON_NONE)
    {
      begin_cleanup (self);
      return;
    }
  self->launch_deadline
      = bh_clock_add_timer (self->tools->clock, BH_LAUNCH_DEADLINE, on_launch_deadline, self);
  answer_launches (self, BH_LAUNCH_WAIT_SPAWNED);
}

static gboolean
prepare_run (BhInstance *self, LaunchRequest *request, int *runner_fd, int *lock_fd, GError **error)
{
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocketConnection) stream = NULL;
  g_autoptr (BhRunnerChannel) channel = NULL;
  int fd;

  if (!bh_launch_setup_directories (self->id, error))
    return FALSE;
  *lock_fd = bh_launch_setup_lock_profile (self->id, error);
  if (*lock_fd < 0 || !bh_launch_setup_channel (&fd, runner_fd, error))
    return FALSE;

  socket = g_socket_new_from_fd (fd, error);
  if (socket == NULL)
    {
      close (fd);
      return FALSE;
    }
  stream = g_socket_connection_factory_create_connection (socket);
  channel = bh_runner_channel_new (
      stream,
      bh_launch_setup_build_config (self->id, self->record, self->name, self->files, request->uri,
                                    request->activation_token, self->tools->socket_path),
      error);
  if (channel == NULL)
    return FALSE;
  take_channel (self, channel);

  return TRUE;
}

/* Starts a run for the first of the waiting launches. */
static void
start_run (BhInstance *self)
{
  LaunchRequest *request = g_task_get_task_data (g_ptr_array_index (self->launches, 0));
  g_autoptr (BhLaunchPlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  int runner_fd = -1;
  int lock_fd = -1;

  request->started = TRUE;
  self->record = bh_instance_record_new ();
  self->record->uuid = g_strdup (bh_app_id_get_uuid (self->id));
  self->record->instance = bh_launch_setup_random_name (8);
  self->record->token = bh_launch_setup_random_name (16);
  self->record->manifest_path = g_strdup (self->manifest_path);
  self->record->manifest = g_strdup (bh_manifest_get_text (self->manifest));
  self->record->started_at = g_get_real_time ();
  self->record->restarts = self->restarts;
  self->launched_at = bh_clock_get_time (self->tools->clock);
  self->silent_beats = 0;
  set_state (self, BH_STATE_STARTING);

  if (prepare_run (self, request, &runner_fd, &lock_fd, &error))
    {
      save_record (self);
      plan = bh_launch_plan_new (self->tools->runner_path, bh_app_id_get_slug (self->id),
                                 self->record->instance);
      bh_spawner_spawn_async (self->tools->spawner, plan, runner_fd, lock_fd, NULL, on_spawn_ready,
                              g_object_ref (self));
    }
  else
    {
      fail_launch (self, error->message);
      finish_run (self);
    }

  if (runner_fd >= 0)
    close (runner_fd);
  if (lock_fd >= 0)
    close (lock_fd);
}

static gboolean
on_stop_deadline (gpointer user_data)
{
  BhInstance *self = BH_INSTANCE (user_data);

  self->stop_deadline = 0;
  begin_cleanup (self);

  return G_SOURCE_REMOVE;
}

static void
bh_instance_dispose (GObject *object)
{
  BhInstance *self = BH_INSTANCE (object);

  clear_deadlines (self);
  drop_channel (self);
  drop_process (self);

  G_OBJECT_CLASS (bh_instance_parent_class)->dispose (object);
}

static void
bh_instance_finalize (GObject *object)
{
  BhInstance *self = BH_INSTANCE (object);

  g_clear_pointer (&self->manifest, bh_manifest_unref);
  g_clear_pointer (&self->record, bh_instance_record_free);
  g_clear_pointer (&self->known, g_array_unref);
  g_clear_pointer (&self->launches, g_ptr_array_unref);
  g_clear_pointer (&self->ends, g_ptr_array_unref);
  g_free (self->manifest_path);
  g_free (self->files);
  g_free (self->name);
  g_free (self->reason_detail);
  g_free (self->title);
  g_free (self->failure);
  g_clear_pointer (&self->tools, bh_instance_tools_unref);
  g_clear_pointer (&self->id, bh_app_id_unref);

  G_OBJECT_CLASS (bh_instance_parent_class)->finalize (object);
}

static void
bh_instance_class_init (BhInstanceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = bh_instance_dispose;
  object_class->finalize = bh_instance_finalize;

  /**
   * BhInstance::changed:
   *
   * Something that a getter tells has changed.
   */
  signals[CHANGED]
      = g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * BhInstance::ended:
   * @self: the instance
   * @reason: the reason's name
   * @detail: more in plain words, or ""
   *
   * A run, or its page, has ended.
   */
  signals[ENDED] = g_signal_new ("ended", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                 2, G_TYPE_STRING, G_TYPE_STRING);
}

static void
bh_instance_init (BhInstance *self)
{
  self->known = g_array_new (FALSE, FALSE, sizeof (BhProcessKey));
  self->launches = g_ptr_array_new_with_free_func (g_object_unref);
  self->ends = g_ptr_array_new_with_free_func (g_object_unref);
  self->reason_detail = g_strdup ("");
  self->files = g_strdup ("");
}

/**
 * bh_instance_new:
 * @id: the app
 * @tools: what instances work with
 *
 * Returns: (transfer full): an instance that does not run
 */
BhInstance *
bh_instance_new (BhAppId *id, BhInstanceTools *tools)
{
  BhInstance *self = g_object_new (BH_TYPE_INSTANCE, NULL);

  self->id = bh_app_id_ref (id);
  self->tools = bh_instance_tools_ref (tools);

  return self;
}

/**
 * bh_instance_set_app:
 * @self: an instance
 * @manifest: the app's manifest
 * @manifest_path: where it was read
 * @files: the directory that app:// serves, or ""
 * @name: the app's name, for people
 *
 * Says what the next run is of; one that is under way keeps what it started with.
 */
void
bh_instance_set_app (BhInstance *self,
                     BhManifest *manifest,
                     const char *manifest_path,
                     const char *files,
                     const char *name)
{
  g_return_if_fail (BH_IS_INSTANCE (self));

  bh_manifest_ref (manifest);
  g_clear_pointer (&self->manifest, bh_manifest_unref);
  self->manifest = manifest;
  g_free (self->manifest_path);
  self->manifest_path = g_strdup (manifest_path);
  g_free (self->files);
  self->files = g_strdup (files);
  g_free (self->name);
  self->name = g_strdup (name);
}

/**
 * bh_instance_launch_async:
 * @self: an instance
 * @wait: when the launch is done
 * @uri: an absolute URI in the app's scope to show, or ""
 * @activation_token: what lets the window take the focus, or ""
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Starts the app, or raises the window of a running one. One that is just ending is started again
 * when it is gone.
 */
void
bh_instance_launch_async (BhInstance *self,
                          BhLaunchWait wait,
                          const char *uri,
                          const char *activation_token,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  LaunchRequest *request;

  g_return_if_fail (BH_IS_INSTANCE (self));
  g_return_if_fail (self->manifest != NULL);
  g_return_if_fail (uri != NULL && activation_token != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, bh_instance_launch_async);
  request = g_new0 (LaunchRequest, 1);
  request->wait = wait;
  request->uri = g_strdup (uri);
  request->activation_token = g_strdup (activation_token);
  g_task_set_task_data (task, request, (GDestroyNotify) launch_request_free);
  g_ptr_array_add (self->launches, g_object_ref (task));

  if (self->record == NULL)
    {
      start_run (self);
      return;
    }
  /* Until the processes of the last run are gone the launch waits; see finish_run(). */
  if (self->cleaning || self->state == BH_STATE_STOPPING)
    return;

  if (self->channel != NULL && self->state != BH_STATE_STARTING)
    {
      /* A window that tells of a dead page is of no use: the page is loaded again. */
      if (*uri == '\0' && self->state == BH_STATE_CRASHED)
        uri = bh_manifest_get_url (self->manifest);
      if (*uri != '\0')
        bh_runner_channel_send_load (self->channel, uri);
      bh_runner_channel_send_activate (self->channel, activation_token);
    }
  if (self->state == BH_STATE_STARTING && self->process == NULL)
    return;
  if (self->painted)
    answer_launches (self, BH_LAUNCH_WAIT_PAINTED);
  else if (self->state != BH_STATE_STARTING)
    answer_launches (self, BH_LAUNCH_WAIT_READY);
  else
    answer_launches (self, BH_LAUNCH_WAIT_SPAWNED);
}

/**
 * bh_instance_launch_finish:
 * @self: an instance
 * @result: the result
 * @started: (out) (optional): whether this call started the app
 * @error: return location for an error
 *
 * Returns: %TRUE, or %FALSE with %BH_ERROR_LAUNCH_FAILED, %BH_ERROR_ENDED or %BH_ERROR_TIMED_OUT
 */
gboolean
bh_instance_launch_finish (BhInstance *self,
                           GAsyncResult *result,
                           gboolean *started,
                           GError **error)
{
  GTask *task = G_TASK (result);

  g_return_val_if_fail (g_async_result_is_tagged (result, bh_instance_launch_async), FALSE);

  if (started != NULL)
    *started = ((LaunchRequest *) g_task_get_task_data (task))->started;

  return g_task_propagate_boolean (task, error);
}

/**
 * bh_instance_end_async:
 * @self: an instance
 * @reason: %BH_REASON_STOPPED to ask and kill after %BH_STOP_GRACE, another one to kill at once
 * @callback: (scope async): called when every process is gone
 * @user_data: for @callback
 *
 * Ends the run.
 */
void
bh_instance_end_async (BhInstance *self,
                       BhReason reason,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  BhState before;

  g_return_if_fail (BH_IS_INSTANCE (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, bh_instance_end_async);
  if (self->record == NULL)
    {
      /* Dismisses what is told of the last run. */
      if (self->state != BH_STATE_STOPPED)
        {
          set_state (self, BH_STATE_STOPPED);
          g_task_return_int (task, 0);
        }
      else
        {
          g_task_return_new_error (task, BH_ERROR, BH_ERROR_NOT_RUNNING, _("“%s” is not running"),
                                   bh_app_id_get_uuid (self->id));
        }
      return;
    }

  g_ptr_array_add (self->ends, g_steal_pointer (&task));
  before = self->state;
  /* A kill that follows a stop is the stronger; the first reason to stop stays. */
  if (self->ending == BH_REASON_NONE || reason != BH_REASON_STOPPED)
    self->ending = reason;
  if (bh_state_can_become (before, BH_STATE_STOPPING))
    set_state (self, BH_STATE_STOPPING);
  refuse_launches (self, BH_ERROR_ENDED, _("The app was stopped"));

  /* The spawner will be back, see on_spawn_ready(). */
  if (self->process == NULL)
    return;
  if (reason != BH_REASON_STOPPED || before == BH_STATE_STARTING)
    {
      begin_cleanup (self);
      return;
    }
  if (self->channel != NULL)
    bh_runner_channel_send_close (self->channel);
  if (self->stop_deadline == 0)
    self->stop_deadline
        = bh_clock_add_timer (self->tools->clock, BH_STOP_GRACE, on_stop_deadline, self);
}

/**
 * bh_instance_end_finish:
 * @self: an instance
 * @result: the result
 * @processes: (out) (optional): how many processes had to be killed
 * @error: return location for an error
 *
 * Returns: %TRUE when none is left, or %FALSE with %BH_ERROR_NOT_RUNNING or %BH_ERROR_TIMED_OUT
 */
gboolean
bh_instance_end_finish (BhInstance *self, GAsyncResult *result, guint *processes, GError **error)
{
  gssize killed;

  g_return_val_if_fail (g_async_result_is_tagged (result, bh_instance_end_async), FALSE);

  killed = g_task_propagate_int (G_TASK (result), error);
  if (processes != NULL)
    *processes = killed > 0 ? (guint) killed : 0;

  return killed >= 0;
}

/**
 * bh_instance_activate:
 * @self: an instance
 * @activation_token: what lets the window take the focus, or ""
 * @error: return location for an error
 *
 * Raises the window.
 *
 * Returns: %TRUE, or %FALSE with %BH_ERROR_NOT_RUNNING
 */
gboolean
bh_instance_activate (BhInstance *self, const char *activation_token, GError **error)
{
  g_return_val_if_fail (BH_IS_INSTANCE (self), FALSE);

  if (self->channel == NULL || self->state == BH_STATE_STOPPING)
    {
      g_set_error (error, BH_ERROR, BH_ERROR_NOT_RUNNING, _("“%s” has no window now"),
                   bh_app_id_get_uuid (self->id));
      return FALSE;
    }
  bh_runner_channel_send_activate (self->channel, activation_token);

  return TRUE;
}

/**
 * bh_instance_count_restart:
 * @self: an instance
 *
 * Counts the next run as one more restart.
 */
void
bh_instance_count_restart (BhInstance *self)
{
  g_return_if_fail (BH_IS_INSTANCE (self));

  self->restarts++;
}

/**
 * bh_instance_adopt:
 * @self: an instance that does not run
 * @record: what the former supervisor left
 * @error: return location for an error
 *
 * Takes over a run. The runner comes back by itself, see bh_instance_resume(); until then it can be
 * watched and killed.
 *
 * Returns: %TRUE, or %FALSE with %BH_ERROR_FAILED when the runner is gone; what is left of its
 *   processes is being killed then
 */
gboolean
bh_instance_adopt (BhInstance *self, BhInstanceRecord *record, GError **error)
{
  g_return_val_if_fail (BH_IS_INSTANCE (self), FALSE);
  g_return_val_if_fail (self->record == NULL && record != NULL, FALSE);

  self->record = bh_instance_record_copy (record);
  self->restarts = record->restarts;
  set_state (self, BH_STATE_STARTING);
  if (record->runner.pid > 0)
    self->process = bh_runner_process_new_adopted (&record->runner, error);
  else
    g_set_error (error, BH_ERROR, BH_ERROR_FAILED, _("The runner of “%s” was never started"),
                 record->uuid);

  if (self->process == NULL)
    {
      set_ended (self, BH_REASON_CRASHED, _("It ended while nothing supervised it"));
      set_state (self, BH_STATE_CRASHED);
      begin_cleanup (self);
      return FALSE;
    }

  g_signal_connect (self->process, "exited", G_CALLBACK (on_process_exited), self);
  set_state (self, BH_STATE_RUNNING);
  bh_lifecycle_log (BH_LIFECYCLE_ADOPTED, bh_app_id_get_uuid (self->id), record->instance,
                    "runner %d", (int) record->runner.pid);

  return TRUE;
}

/**
 * bh_instance_resume:
 * @self: an instance
 * @channel: a runner's new channel
 * @token: its proof
 * @status: a{sv}, as RunnerHost1.Resume has it
 *
 * Returns: whether this is the instance's own runner, whose channel is taken then
 */
gboolean
bh_instance_resume (BhInstance *self, BhRunnerChannel *channel, const char *token, GVariant *status)
{
  const char *text;
  gboolean painted = FALSE;

  g_return_val_if_fail (BH_IS_INSTANCE (self), FALSE);
  g_return_val_if_fail (channel != NULL && token != NULL && status != NULL, FALSE);

  if (self->record == NULL || !g_str_equal (self->record->token, token))
    return FALSE;

  take_channel (self, channel);
  g_variant_lookup (status, "painted", "b", &painted);
  self->painted = painted;
  if (g_variant_lookup (status, "title", "&s", &text))
    on_channel_title (channel, text, self);
  if (g_variant_lookup (status, "web-process", "&s", &text) && *text != '\0')
    on_channel_web_process_ended (channel, text, self);
  if (self->state == BH_STATE_STOPPING)
    bh_runner_channel_send_close (channel);
  changed (self);

  return TRUE;
}

/**
 * bh_instance_get_id:
 * @self: an instance
 *
 * Returns: (transfer none): the app
 */
BhAppId *
bh_instance_get_id (BhInstance *self)
{
  return self->id;
}

/**
 * bh_instance_get_state:
 * @self: an instance
 *
 * Returns: the state
 */
BhState
bh_instance_get_state (BhInstance *self)
{
  return self->state;
}

/**
 * bh_instance_get_reason:
 * @self: an instance
 *
 * Returns: why the last run, or its page, ended
 */
BhReason
bh_instance_get_reason (BhInstance *self)
{
  return self->reason;
}

/**
 * bh_instance_get_reason_detail:
 * @self: an instance
 *
 * Returns: (transfer none): the reason in plain words, or ""
 */
const char *
bh_instance_get_reason_detail (BhInstance *self)
{
  return self->reason_detail;
}

/**
 * bh_instance_get_runner:
 * @self: an instance
 *
 * Returns: (transfer none) (nullable): the runner's process while it lives
 */
const BhProcessKey *
bh_instance_get_runner (BhInstance *self)
{
  if (self->process == NULL || bh_runner_process_has_exited (self->process))
    return NULL;

  return bh_runner_process_get_key (self->process);
}

/**
 * bh_instance_is_alive:
 * @self: an instance
 *
 * Returns: whether a run is under way, from the launch until its last process is gone
 */
gboolean
bh_instance_is_alive (BhInstance *self)
{
  return self->record != NULL;
}

/**
 * bh_instance_get_started_at:
 * @self: an instance
 *
 * Returns: when the run started, in microseconds since 1970, or 0
 */
gint64
bh_instance_get_started_at (BhInstance *self)
{
  return self->record != NULL ? self->record->started_at : 0;
}

/**
 * bh_instance_get_painted:
 * @self: an instance
 *
 * Returns: whether the run has painted its first frame
 */
gboolean
bh_instance_get_painted (BhInstance *self)
{
  return self->painted;
}

/**
 * bh_instance_get_painted_after:
 * @self: an instance
 *
 * Returns: microseconds from the launch to the first frame, or 0
 */
gint64
bh_instance_get_painted_after (BhInstance *self)
{
  return self->painted_after;
}

/**
 * bh_instance_get_restarts:
 * @self: an instance
 *
 * Returns: how often the app was started again
 */
guint
bh_instance_get_restarts (BhInstance *self)
{
  return self->restarts;
}

/**
 * bh_instance_get_title:
 * @self: an instance
 *
 * Returns: (transfer none): the title of its page, or ""
 */
const char *
bh_instance_get_title (BhInstance *self)
{
  return self->title != NULL ? self->title : "";
}

/**
 * bh_instance_find_processes:
 * @self: an instance
 *
 * Looks the run's processes up in the scanner's last refresh.
 *
 * Returns: (transfer full) (element-type BhProcStat): the processes, the runner first
 */
GArray *
bh_instance_find_processes (BhInstance *self)
{
  if (self->record == NULL)
    return g_array_new (FALSE, FALSE, sizeof (BhProcStat));

  return bh_process_scanner_find (
      self->tools->scanner, self->record->instance,
      self->process != NULL ? bh_runner_process_get_key (self->process) : NULL, self->known);
}
