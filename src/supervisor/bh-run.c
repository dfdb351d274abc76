/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-run-private.h"

#include "bh-launch-setup.h"

#include <glib/gi18n.h>
#include <sys/wait.h>

/*
 * One run of an app: its runner, the channel to it, the processes that belong to it, and its record
 * on disk. A run does what it is told and tells what happens; what that means for the app is
 * BhInstance's to decide.
 *
 * A run ends in two steps. The runner exits, or is killed, and everything that it said before is
 * heard out ("exited"); then every other process of the run is killed and waited for ("gone").
 */

/* Milliseconds that the last words of a runner that has exited may take. Its channel closes with
 * it, unless a process of its own holds the other end. */
#define HEAR_OUT 1000
/* Milliseconds until processes that survived SIGKILL are tried again. */
#define KILL_RETRY 30000

enum {
  CHANGED,
  GREETED,
  READY,
  PAINTED,
  TROUBLE,
  PAGE_ENDED,
  PAGE_RECOVERED,
  PAGE_LEFT,
  CLOSING,
  EXITED,
  GONE,
  HAPPENED,
  KILL_FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhRun, bh_run, G_TYPE_OBJECT)

static void end_processes (BhRun *self);

/* For the limiter, after a refresh of the scanner. */
static GArray *
find_for_limiter (gpointer user_data)
{
  return bh_run_find_processes (BH_RUN (user_data));
}

static void
changed (BhRun *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * bh_run_drop_channel:
 * @self: a run
 *
 * Lets go of the channel, if there is one.
 */
void
bh_run_drop_channel (BhRun *self)
{
  if (self->channel == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->channel, self);
  bh_desk_withdraw (self->desk);
  g_clear_object (&self->channel);
}

/* In microseconds. */
static gint64
get_age (BhRun *self)
{
  return bh_clock_get_time (self->tools->clock) - self->began_at;
}

static gboolean
has_process_exited (BhRun *self)
{
  return self->process != NULL && bh_runner_process_has_exited (self->process);
}

static void
set_gone (BhRun *self)
{
  self->gone = TRUE;
  bh_run_enclosure_remove_dir (self->tools->records_dir, self->record->instance);
  bh_desk_sweep (self->desk);
  bh_clock_clear_timer (self->tools->clock, &self->save_retry);
  g_signal_emit (self, signals[GONE], 0, self->killed);
  /* Only now that what follows from it is on disk. */
  bh_run_remove_record (self);
}

/**
 * bh_run_tell:
 * @self: a run
 * @kind: what happened to it
 * @detail: (nullable): more in plain words
 *
 * Tells the instance, which keeps it.
 */
void
bh_run_tell (BhRun *self, BhEventKind kind, const char *detail)
{
  g_signal_emit (self, signals[HAPPENED], 0, (guint) kind, detail);
}

static gboolean
on_kill_retry (gpointer user_data)
{
  BhRun *self = BH_RUN (user_data);

  self->kill_retry = 0;
  end_processes (self);

  return G_SOURCE_REMOVE;
}

static void
on_tree_kill_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BhRun) self = BH_RUN (user_data);
  g_autoptr (GError) error = NULL;
  guint killed = 0;
  gboolean done = bh_tree_kill_finish (result, &killed, &error);

  self->kill = NULL;
  self->killed += killed;
  if (killed > 0)
    bh_run_tell (self, BH_EVENT_KILLED, NULL);
  if (!done)
    {
      self->kill_retry = bh_clock_add_timer (self->tools->clock, KILL_RETRY, on_kill_retry, self);
      g_signal_emit (self, signals[KILL_FAILED], 0, error);
      return;
    }
  /* Otherwise the runner's end, or its last words, are still on their way to us. */
  if (self->exited)
    set_gone (self);
}

/* Ends every process of the run. When the runner has exited by itself, the others may go by
 * themselves too. */
static void
end_processes (BhRun *self)
{
  guint grace = has_process_exited (self) && !self->kill_wanted ? BH_RUN_FLUSH_GRACE : 0;

  if (self->kill != NULL || self->gone)
    return;

  bh_clock_clear_timer (self->tools->clock, &self->kill_retry);
  self->kill = bh_tree_kill_async (self->tools->scanner, self->tools->clock, self->record->instance,
                                   self->process != NULL ? bh_runner_process_get_key (self->process)
                                                         : NULL,
                                   self->known, grace, on_tree_kill_ready, g_object_ref (self));
}

static void
hear_out (BhRun *self)
{
  bh_clock_clear_timer (self->tools->clock, &self->hear_out_deadline);
  bh_run_drop_channel (self);
  bh_desk_close (self->desk);
  self->exited = TRUE;
  g_signal_emit (self, signals[EXITED], 0);
  /* Once more, should the kill be over: the runner may have left children since. */
  end_processes (self);
}

static gboolean
on_hear_out_deadline (gpointer user_data)
{
  BhRun *self = BH_RUN (user_data);

  self->hear_out_deadline = 0;
  hear_out (self);

  return G_SOURCE_REMOVE;
}

static void
on_process_exited (BhRunnerProcess *process, BhRun *self)
{
  g_autoptr (BhRun) kept = g_object_ref (self);

  bh_heartbeat_stop (self->heartbeat);
  bh_limiter_stop (self->limiter);
  /* What is left of one that slept shall be able to end by itself. */
  if (self->asleep)
    bh_freezer_thaw_async (self->freezer, NULL, NULL);
  if (self->channel == NULL)
    {
      hear_out (self);
      return;
    }
  self->hear_out_deadline
      = bh_clock_add_timer (self->tools->clock, HEAR_OUT, on_hear_out_deadline, self);
  end_processes (self);
}

static void
on_channel_greeted (BhRunnerChannel *channel, BhRun *self)
{
  bh_run_enclosure_find_runner (self);
  bh_runner_channel_set_pid (channel, self->runner.pid);
  changed (self);
  g_signal_emit (self, signals[GREETED], 0);
}

static void
on_channel_ready (BhRunnerChannel *channel, BhRun *self)
{
  if (self->ready)
    return;

  self->ready = TRUE;
  bh_run_tell (self, BH_EVENT_READY, NULL);
  bh_heartbeat_start (self->heartbeat);
  g_signal_emit (self, signals[READY], 0);
}

static void
on_channel_painted (BhRunnerChannel *channel, BhRun *self)
{
  if (self->painted)
    return;

  self->painted = TRUE;
  self->painted_after = get_age (self);
  bh_run_look_at_processes (self);
  changed (self);
  g_signal_emit (self, signals[PAINTED], 0);
}

static void
on_channel_title (BhRunnerChannel *channel, const char *title, BhRun *self)
{
  if (g_strcmp0 (self->title, title) == 0)
    return;
  g_free (self->title);
  self->title = g_strdup (title);
  changed (self);
}

static void
on_channel_web_process_ended (BhRunnerChannel *channel, const char *reason, int status, BhRun *self)
{
  bh_heartbeat_forgive (self->heartbeat);
  g_signal_emit (self, signals[PAGE_ENDED], 0, reason, status);
}

static void
on_channel_web_process_recovered (BhRunnerChannel *channel, BhRun *self)
{
  bh_heartbeat_forgive (self->heartbeat);
  bh_run_look_at_processes (self);
  g_signal_emit (self, signals[PAGE_RECOVERED], 0);
}

static void
on_channel_recovery_cancelled (BhRunnerChannel *channel, BhRun *self)
{
  g_signal_emit (self, signals[PAGE_LEFT], 0);
}

static void
on_channel_failed (BhRunnerChannel *channel, const char *message, BhRun *self)
{
  g_free (self->failure);
  self->failure = g_strdup (message);
}

static void
on_channel_closing (BhRunnerChannel *channel, const char *reason, BhRun *self)
{
  g_signal_emit (self, signals[CLOSING], 0, reason);
}

static void
on_channel_closed (BhRunnerChannel *channel, BhRun *self)
{
  g_autoptr (BhRun) kept = g_object_ref (self);

  bh_run_drop_channel (self);
  if (self->hear_out_deadline != 0)
    hear_out (self);
}

/**
 * bh_run_take_channel:
 * @self: a run
 * @channel: the channel to its runner, instead of any other
 *
 * Listens to the runner.
 */
void
bh_run_take_channel (BhRun *self, BhRunnerChannel *channel)
{
  g_autoptr (GError) error = NULL;

  bh_run_drop_channel (self);
  self->channel = g_object_ref (channel);
  if (!bh_desk_serve (self->desk, bh_runner_channel_get_connection (channel), &error))
    g_warning ("“%s” can't ask for anything: %s", self->record->uuid, error->message);
  g_signal_connect (channel, "greeted", G_CALLBACK (on_channel_greeted), self);
  g_signal_connect (channel, "ready", G_CALLBACK (on_channel_ready), self);
  g_signal_connect (channel, "painted", G_CALLBACK (on_channel_painted), self);
  g_signal_connect (channel, "title", G_CALLBACK (on_channel_title), self);
  bh_run_listen_to_health (self, channel);
  bh_run_listen_to_sleep (self, channel);
  bh_run_listen_to_traffic (self, channel);
  g_signal_connect (channel, "web-process-ended", G_CALLBACK (on_channel_web_process_ended), self);
  g_signal_connect (channel, "web-process-recovered", G_CALLBACK (on_channel_web_process_recovered),
                    self);
  g_signal_connect (channel, "recovery-cancelled", G_CALLBACK (on_channel_recovery_cancelled),
                    self);
  g_signal_connect (channel, "failed", G_CALLBACK (on_channel_failed), self);
  g_signal_connect (channel, "closing", G_CALLBACK (on_channel_closing), self);
  g_signal_connect (channel, "closed", G_CALLBACK (on_channel_closed), self);
}

/**
 * bh_run_take_process:
 * @self: a run without a process
 * @process: (transfer full): its runner, or what encloses it
 *
 * Watches the runner.
 */
void
bh_run_take_process (BhRun *self, BhRunnerProcess *process)
{
  self->process = process;
  if (!self->record->enclosed)
    bh_run_enclosure_find_runner (self);
  g_signal_connect (process, "exited", G_CALLBACK (on_process_exited), self);
}

static void
bh_run_dispose (GObject *object)
{
  BhRun *self = BH_RUN (object);

  if (self->tools != NULL)
    {
      bh_clock_clear_timer (self->tools->clock, &self->hear_out_deadline);
      bh_clock_clear_timer (self->tools->clock, &self->kill_retry);
      bh_clock_clear_timer (self->tools->clock, &self->save_retry);
    }
  bh_run_drop_channel (self);
  if (self->desk != NULL)
    bh_desk_close (self->desk);
  g_clear_object (&self->desk);
  if (self->freezer != NULL)
    g_object_run_dispose (G_OBJECT (self->freezer));
  g_clear_object (&self->freezer);
  if (self->limiter != NULL)
    bh_limiter_stop (self->limiter);
  g_clear_object (&self->limiter);
  if (self->process != NULL)
    g_signal_handlers_disconnect_by_data (self->process, self);
  g_clear_object (&self->process);
  if (self->heartbeat != NULL)
    g_signal_handlers_disconnect_by_data (self->heartbeat, self);
  g_clear_object (&self->heartbeat);

  G_OBJECT_CLASS (bh_run_parent_class)->dispose (object);
}

static void
bh_run_finalize (GObject *object)
{
  BhRun *self = BH_RUN (object);

  g_clear_pointer (&self->record, bh_instance_record_free);
  g_clear_pointer (&self->known, g_array_unref);
  g_clear_pointer (&self->raised, g_array_unref);
  g_clear_pointer (&self->limits, bh_limits_unref);
  g_clear_pointer (&self->surroundings, bh_surroundings_unref);
  g_free (self->title);
  g_free (self->failure);
  g_clear_pointer (&self->tools, bh_instance_tools_unref);
  g_clear_pointer (&self->id, bh_app_id_unref);

  G_OBJECT_CLASS (bh_run_parent_class)->finalize (object);
}

static guint
add_signal (const char *name)
{
  return g_signal_new (name, BH_TYPE_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_run_class_init (BhRunClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = bh_run_dispose;
  object_class->finalize = bh_run_finalize;

  /* Title or paint have changed. */
  signals[CHANGED] = add_signal ("changed");
  /* The runner is there, and bh_run_get_runner() it. */
  signals[GREETED] = add_signal ("greeted");
  /* The window is up. */
  signals[READY] = add_signal ("ready");
  /* The first frame is on the screen. */
  signals[PAINTED] = add_signal ("painted");
  /* bh_run_get_trouble() returns something else now. */
  signals[TROUBLE] = add_signal ("trouble");
  /* The user wants an app that sleeps to wake. */
  add_signal ("resume-wanted");
  /* A page was loaded after one had ended. */
  signals[PAGE_RECOVERED] = add_signal ("page-recovered");
  /* The user does not want the page that had ended to be loaded again. */
  signals[PAGE_LEFT] = add_signal ("page-left");
  /* The runner has ended, and what it said before has been told. */
  signals[EXITED] = add_signal ("exited");

  /**
   * BhRun::gone:
   * @self: the run
   * @killed: how many processes had to be killed
   *
   * Every process of the run is gone. Its record goes after the signal.
   */
  signals[GONE] = g_signal_new ("gone", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                1, G_TYPE_UINT);

  /**
   * BhRun::page-ended:
   * @self: the run
   * @reason: as RunnerHost1.WebProcessEnded has it
   * @status: the same
   *
   * The page's process has ended; the runner has not.
   */
  signals[PAGE_ENDED] = g_signal_new ("page-ended", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_INT);

  /**
   * BhRun::network-ended:
   * @self: the run
   * @status: as RunnerHost1.NetworkProcessEnded has it
   *
   * The network process has ended; WebKit starts another.
   */
  g_signal_new ("network-ended", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_INT);

  /**
   * BhRun::closing:
   * @self: the run
   * @reason: as RunnerHost1.Closing has it
   *
   * The runner is about to exit, and means to.
   */
  signals[CLOSING] = g_signal_new ("closing", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * BhRun::happened:
   * @self: the run
   * @kind: a #BhEventKind
   * @detail: (nullable): more in plain words
   *
   * Something that the history is to keep.
   */
  signals[HAPPENED] = g_signal_new ("happened", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_STRING);

  /**
   * BhRun::kill-failed:
   * @self: the run
   * @error: which processes are left
   *
   * Some processes did not go. They are tried again later.
   */
  signals[KILL_FAILED] = g_signal_new ("kill-failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
bh_run_init (BhRun *self)
{
  self->known = g_array_new (FALSE, FALSE, sizeof (BhProcessKey));
  self->raised = g_array_new (FALSE, FALSE, sizeof (BhProcessKey));
}

static BhRun *
new_with_record (BhAppId *id, BhInstanceTools *tools, BhInstanceRecord *record)
{
  BhRun *self = g_object_new (BH_TYPE_RUN, NULL);
  g_autofree char *unit = bh_app_id_dup_unit_name (id, record->instance);

  self->id = bh_app_id_ref (id);
  self->tools = bh_instance_tools_ref (tools);
  self->record = record;
  self->began_at = bh_clock_get_time (tools->clock);
  self->desk = bh_desk_new (tools->clock, tools->systemd, id, record->instance, record->manifest,
                            tools->chooser_path);
  bh_run_create_heartbeat (self);
  self->limiter = bh_limiter_new (tools->clock, tools->systemd, tools->scanner, tools->guard, unit,
                                  find_for_limiter, self);
  self->freezer = bh_freezer_new (tools->clock, tools->scanner, tools->guard, self->limiter,
                                  find_for_limiter, self);

  return self;
}

/**
 * bh_run_new:
 * @id: the app
 * @tools: what runs work with
 * @manifest: what is run
 * @manifest_path: where it was read
 * @limits: what it may use
 * @restarts: how often the app was started again so far
 *
 * Returns: (transfer full): a run that has not been started
 */
BhRun *
bh_run_new (BhAppId *id,
            BhInstanceTools *tools,
            BhManifest *manifest,
            const char *manifest_path,
            BhLimits *limits,
            guint restarts)
{
  BhInstanceRecord *record = bh_instance_record_new ();
  BhRun *self;

  record->uuid = g_strdup (bh_app_id_get_uuid (id));
  record->instance = bh_launch_setup_random_name (8);
  record->token = bh_launch_setup_random_name (16);
  record->manifest_path = g_strdup (manifest_path);
  record->manifest = g_strdup (bh_manifest_get_text (manifest));
  record->started_at = g_get_real_time ();
  record->limits = bh_run_print_limits (limits);
  record->restarts = restarts;
  record->patience
      = bh_manifest_get_unresponsive_after (manifest) != 0
            ? (guint) (bh_manifest_get_unresponsive_after (manifest) / G_TIME_SPAN_MILLISECOND)
            : bh_defaults_get_patience (tools->defaults);
  self = new_with_record (id, tools, record);
  self->limits = bh_limits_ref (limits);
  self->network = bh_manifest_get_network (manifest);

  return self;
}

/**
 * bh_run_new_adopted:
 * @id: the app
 * @tools: what runs work with
 * @record: what the former supervisor left
 *
 * Takes over a run. Its runner comes back by itself, see bh_run_resume(); until then it can be
 * watched and killed. When it has gone, or never came, there is nothing to do but bh_run_kill()
 * what it left.
 *
 * Returns: (transfer full): the run; bh_run_get_runner() tells whether its runner lives
 */
BhRun *
bh_run_new_adopted (BhAppId *id, BhInstanceTools *tools, BhInstanceRecord *record)
{
  BhRun *self = new_with_record (id, tools, bh_instance_record_copy (record));
  g_autoptr (GError) error = NULL;
  BhRunnerProcess *process = NULL;

  if (record->runner.pid > 0)
    process = bh_runner_process_new_adopted (&record->runner, &error);
  if (process == NULL)
    {
      g_debug ("%s: %s", record->uuid, error != NULL ? error->message : "never started");
      self->exited = TRUE;
      return self;
    }
  bh_run_take_process (self, process);
  bh_run_enclosure_find_runner (self);
  self->was_asleep = record->suspended != BH_SUSPENSION_NONE;
  /* It was asked to end since, and has to be awake for that. */
  if (record->ending != BH_REASON_NONE)
    self->record->suspended = BH_SUSPENSION_NONE;
  self->asleep = self->record->suspended != BH_SUSPENSION_NONE;
  if (!self->asleep)
    bh_heartbeat_start (self->heartbeat);
  bh_run_adopt_limits (self);

  return self;
}

/**
 * bh_run_kill:
 * @self: a run that has been started or adopted
 *
 * Kills every process of the run, the runner included. Nobody is given time to go by himself.
 */
void
bh_run_kill (BhRun *self)
{
  g_return_if_fail (BH_IS_RUN (self));

  self->kill_wanted = TRUE;
  bh_limiter_stop (self->limiter);
  bh_freezer_abandon (self->freezer);
  if (self->kill != NULL)
    bh_tree_kill_hurry (self->kill);
  else
    end_processes (self);
}

/**
 * bh_run_get_record:
 * @self: a run
 *
 * Returns: (transfer none): what is on disk of it
 */
BhInstanceRecord *
bh_run_get_record (BhRun *self)
{
  g_return_val_if_fail (BH_IS_RUN (self), NULL);

  return self->record;
}

/**
 * bh_run_get_channel:
 * @self: a run
 *
 * Returns: (transfer none) (nullable): the channel to the runner while there is one
 */
BhRunnerChannel *
bh_run_get_channel (BhRun *self)
{
  g_return_val_if_fail (BH_IS_RUN (self), NULL);

  return self->channel;
}

/**
 * bh_run_get_runner:
 * @self: a run
 *
 * Returns: (transfer none) (nullable): the runner's process while it lives; what encloses it until
 *   it has said something
 */
const BhProcessKey *
bh_run_get_runner (BhRun *self)
{
  g_return_val_if_fail (BH_IS_RUN (self), NULL);

  if (self->process == NULL || has_process_exited (self))
    return NULL;

  return self->runner.pid != 0 ? &self->runner : bh_runner_process_get_key (self->process);
}

/**
 * bh_run_has_greeted:
 * @self: a run
 *
 * Returns: whether it is known which process the runner is
 */
gboolean
bh_run_has_greeted (BhRun *self)
{
  g_return_val_if_fail (BH_IS_RUN (self), FALSE);

  return self->runner.pid != 0;
}

/**
 * bh_run_is_spawned:
 * @self: a run
 *
 * Returns: whether the runner's process has been made
 */
gboolean
bh_run_is_spawned (BhRun *self)
{
  g_return_val_if_fail (BH_IS_RUN (self), FALSE);

  return self->process != NULL;
}

/**
 * bh_run_is_ending:
 * @self: a run
 *
 * Returns: whether the runner has exited or is being killed
 */
gboolean
bh_run_is_ending (BhRun *self)
{
  g_return_val_if_fail (BH_IS_RUN (self), FALSE);

  return self->kill != NULL || self->exited || has_process_exited (self);
}

/**
 * bh_run_tell_end:
 * @self: a run that has exited
 * @end: (out caller-allocates): where what is known of it goes; the failure is borrowed
 *
 * Tells how the runner ended, and what it said of that.
 */
void
bh_run_tell_end (BhRun *self, BhEnd *end)
{
  g_return_if_fail (BH_IS_RUN (self) && end != NULL);

  *end = (BhEnd){ .failure = self->failure };
  if (self->process != NULL)
    end->known = bh_runner_process_get_status (self->process, &end->wait_status);
  bh_run_enclosure_explain_end (self, end);
  if (end->known && !self->ready && self->failure == NULL && WIFEXITED (end->wait_status)
      && WEXITSTATUS (end->wait_status) == BH_LAUNCH_CANNOT_EXECUTE)
    end->failure = self->failure
        = g_strdup_printf (_("“%s” is no program that this machine can execute"),
                           self->tools->runner_path);
}

/**
 * bh_run_get_painted:
 * @self: a run
 * @after: (out) (optional): microseconds from the launch to the first frame, 0 when not known
 *
 * Returns: whether it has painted its first frame
 */
gboolean
bh_run_get_painted (BhRun *self, gint64 *after)
{
  g_return_val_if_fail (BH_IS_RUN (self), FALSE);

  if (after != NULL)
    *after = self->painted_after;

  return self->painted;
}

/**
 * bh_run_get_title:
 * @self: a run
 *
 * Returns: (transfer none): the title of its page, or ""
 */
const char *
bh_run_get_title (BhRun *self)
{
  g_return_val_if_fail (BH_IS_RUN (self), NULL);

  return self->title != NULL ? self->title : "";
}
