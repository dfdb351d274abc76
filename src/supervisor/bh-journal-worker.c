/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-journal-worker.h"

/*
 * The one thread that touches the history's file: disks can be slow, and whoever watches over apps
 * can't wait for one. It does one thing after the other, in the order in which they were asked for,
 * and sleeps without a timer when there is nothing to do.
 */

struct _BhJournalWorker
{
  GObject parent_instance;

  GAsyncQueue *jobs;
  GThread *thread;
};

typedef struct _Job Job;

struct _Job
{
  void (*run) (BhJournalStore *store, GTask *task, Job *job); /* NULL for the last one */
  GTask *task;
  gint64 now;
  GPtrArray *events;
  GArray *points;
  BhEventQuery *event_query;
  BhPointQuery *point_query;
  BhJournalStatus status;
  gboolean done;
};

typedef struct
{
  GAsyncQueue *jobs;
  char *path;
} Setup;

G_DEFINE_FINAL_TYPE (BhJournalWorker, bh_journal_worker, G_TYPE_OBJECT)

static void
job_free (Job *job)
{
  g_clear_pointer (&job->events, g_ptr_array_unref);
  g_clear_pointer (&job->points, g_array_unref);
  g_clear_pointer (&job->event_query, bh_event_query_free);
  g_clear_pointer (&job->point_query, bh_point_query_free);
  bh_journal_status_clear (&job->status);
  g_free (job);
}

static gpointer
work (gpointer data)
{
  Setup *setup = data;
  BhJournalStore *store = bh_journal_store_new (setup->path);

  for (;;)
    {
      Job *job = g_async_queue_pop (setup->jobs);

      if (job->run == NULL)
        {
          job_free (job);
          break;
        }
      else
        {
          g_autoptr (GTask) task = job->task;

          job->run (store, task, job);
        }
    }
  bh_journal_store_free (store);
  g_async_queue_unref (setup->jobs);
  g_free (setup->path);
  g_free (setup);

  return NULL;
}

static void
bh_journal_worker_dispose (GObject *object)
{
  bh_journal_worker_stop (BH_JOURNAL_WORKER (object));

  G_OBJECT_CLASS (bh_journal_worker_parent_class)->dispose (object);
}

static void
bh_journal_worker_finalize (GObject *object)
{
  g_async_queue_unref (BH_JOURNAL_WORKER (object)->jobs);

  G_OBJECT_CLASS (bh_journal_worker_parent_class)->finalize (object);
}

static void
bh_journal_worker_class_init (BhJournalWorkerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_journal_worker_dispose;
  object_class->finalize = bh_journal_worker_finalize;
}

static void
bh_journal_worker_init (BhJournalWorker *self)
{
  self->jobs = g_async_queue_new ();
}

/**
 * bh_journal_worker_new:
 * @path: the absolute path of the file
 *
 * Returns: (transfer full): a worker with its thread, which has not opened the file yet
 */
BhJournalWorker *
bh_journal_worker_new (const char *path)
{
  BhJournalWorker *self = g_object_new (BH_TYPE_JOURNAL_WORKER, NULL);
  Setup *setup = g_new0 (Setup, 1);

  setup->jobs = g_async_queue_ref (self->jobs);
  setup->path = g_strdup (path);
  self->thread = g_thread_new ("journal", work, setup);

  return self;
}

static Job *
push (BhJournalWorker *self,
      Job *job,
      gpointer tag,
      GAsyncReadyCallback callback,
      gpointer user_data)
{
  job->task = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_source_tag (job->task, tag);
  g_task_set_task_data (job->task, job, (GDestroyNotify) job_free);
  g_async_queue_push (self->jobs, job);

  return job;
}

static void
run_open (BhJournalStore *store, GTask *task, Job *job)
{
  job->done = bh_journal_store_open (store, job->now, &job->status);
  g_task_return_boolean (task, TRUE);
}

/**
 * bh_journal_worker_open_async:
 * @self: a worker
 * @now: microseconds since 1970
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Opens the file as bh_journal_store_open() does.
 */
void
bh_journal_worker_open_async (BhJournalWorker *self,
                              gint64 now,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  Job *job;

  g_return_if_fail (BH_IS_JOURNAL_WORKER (self) && self->thread != NULL);

  job = g_new0 (Job, 1);
  job->run = run_open;
  job->now = now;
  push (self, job, bh_journal_worker_open_async, callback, user_data);
}

static gboolean
finish_status (GAsyncResult *result, BhJournalStatus *status)
{
  Job *job = g_task_get_task_data (G_TASK (result));

  *status = job->status;
  job->status = (BhJournalStatus){ 0 };

  return job->done;
}

/**
 * bh_journal_worker_open_finish:
 * @result: the result
 * @status: (out): how it went; cleared with bh_journal_status_clear()
 *
 * Returns: whether the file can be used
 */
gboolean
bh_journal_worker_open_finish (GAsyncResult *result, BhJournalStatus *status)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, bh_journal_worker_open_async), FALSE);

  return finish_status (result, status);
}

static void
run_write (BhJournalStore *store, GTask *task, Job *job)
{
  job->done = bh_journal_store_write (store, job->events, job->points, job->now, &job->status);
  g_task_return_boolean (task, TRUE);
}

/**
 * bh_journal_worker_write_async:
 * @self: a worker
 * @events: (element-type BhEvent): events to add; not changed until it is done
 * @points: (element-type BhJournalPoint): minutes to add; not changed until it is done
 * @now: microseconds since 1970
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Writes as bh_journal_store_write() does.
 */
void
bh_journal_worker_write_async (BhJournalWorker *self,
                               GPtrArray *events,
                               GArray *points,
                               gint64 now,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  Job *job;

  g_return_if_fail (BH_IS_JOURNAL_WORKER (self) && self->thread != NULL);

  job = g_new0 (Job, 1);
  job->run = run_write;
  job->now = now;
  job->events = g_ptr_array_ref (events);
  job->points = g_array_ref (points);
  push (self, job, bh_journal_worker_write_async, callback, user_data);
}

/**
 * bh_journal_worker_write_finish:
 * @result: the result
 * @status: (out): how it went; cleared with bh_journal_status_clear()
 *
 * Returns: whether it is written
 */
gboolean
bh_journal_worker_write_finish (GAsyncResult *result, BhJournalStatus *status)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, bh_journal_worker_write_async), FALSE);

  return finish_status (result, status);
}

static void
run_read_events (BhJournalStore *store, GTask *task, Job *job)
{
  GError *error = NULL;
  GPtrArray *events = bh_journal_store_read_events (store, job->event_query, &error);

  if (events != NULL)
    g_task_return_pointer (task, events, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * bh_journal_worker_read_events_async:
 * @self: a worker
 * @query: (transfer full): which
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Reads as bh_journal_store_read_events() does.
 */
void
bh_journal_worker_read_events_async (BhJournalWorker *self,
                                     BhEventQuery *query,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  Job *job;

  g_return_if_fail (BH_IS_JOURNAL_WORKER (self) && self->thread != NULL);

  job = g_new0 (Job, 1);
  job->run = run_read_events;
  job->event_query = query;
  push (self, job, bh_journal_worker_read_events_async, callback, user_data);
}

/**
 * bh_journal_worker_read_events_finish:
 * @result: the result
 * @query: (out) (transfer full): the query
 * @error: return location for an error
 *
 * Returns: (transfer container) (element-type BhEvent): the events, the oldest first, or %NULL with
 *   an error
 */
GPtrArray *
bh_journal_worker_read_events_finish (GAsyncResult *result, BhEventQuery **query, GError **error)
{
  Job *job = g_task_get_task_data (G_TASK (result));

  g_return_val_if_fail (g_async_result_is_tagged (result, bh_journal_worker_read_events_async),
                        NULL);

  *query = g_steal_pointer (&job->event_query);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
run_read_points (BhJournalStore *store, GTask *task, Job *job)
{
  GError *error = NULL;
  GArray *points = bh_journal_store_read_points (store, job->point_query, &error);

  if (points != NULL)
    g_task_return_pointer (task, points, (GDestroyNotify) g_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * bh_journal_worker_read_points_async:
 * @self: a worker
 * @query: (transfer full): which
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Reads as bh_journal_store_read_points() does.
 */
void
bh_journal_worker_read_points_async (BhJournalWorker *self,
                                     BhPointQuery *query,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  Job *job;

  g_return_if_fail (BH_IS_JOURNAL_WORKER (self) && self->thread != NULL);

  job = g_new0 (Job, 1);
  job->run = run_read_points;
  job->point_query = query;
  push (self, job, bh_journal_worker_read_points_async, callback, user_data);
}

/**
 * bh_journal_worker_read_points_finish:
 * @result: the result
 * @query: (out) (transfer full): the query
 * @error: return location for an error
 *
 * Returns: (transfer full) (element-type BhPoint): the points, the oldest first, or %NULL with an
 *   error
 */
GArray *
bh_journal_worker_read_points_finish (GAsyncResult *result, BhPointQuery **query, GError **error)
{
  Job *job = g_task_get_task_data (G_TASK (result));

  g_return_val_if_fail (g_async_result_is_tagged (result, bh_journal_worker_read_points_async),
                        NULL);

  *query = g_steal_pointer (&job->point_query);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * bh_journal_worker_stop:
 * @self: a worker
 *
 * Waits until what was asked for is done, and ends the thread. Nothing more can be asked for.
 */
void
bh_journal_worker_stop (BhJournalWorker *self)
{
  g_return_if_fail (BH_IS_JOURNAL_WORKER (self));

  if (self->thread == NULL)
    return;
  g_async_queue_push (self->jobs, g_new0 (Job, 1));
  g_thread_join (self->thread);
  self->thread = NULL;
}
