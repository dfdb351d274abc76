/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-journal-private.h"

#include "bh-error.h"

#include <glib/gi18n.h>

/*
 * The journal's half that answers: what is in the file, and what is on its way there.
 */

static void
refuse (GTask *task)
{
  g_task_return_new_error (task, BH_ERROR, BH_ERROR_FAILED,
                           _("The history is not open: the service is about to begin or to end"));
  g_object_unref (task);
}

/* The finest that reaches back far enough. */
static void
choose_resolution (BhJournal *self, BhPointQuery *query)
{
  gint64 age = bh_clock_get_real_time (self->clock) - query->since;

  if (query->resolution != 0)
    return;
  query->resolution = age <= BH_JOURNAL_MINUTE_DAYS * 24 * G_TIME_SPAN_HOUR ? BH_RESOLUTION_MINUTE
                                                                            : BH_RESOLUTION_HOUR;
}

static void
add_matching (GPtrArray *found, GPtrArray *events, const BhEventQuery *query)
{
  for (guint i = 0; events != NULL && i < events->len; i++)
    {
      BhEvent *event = g_ptr_array_index (events, i);

      if (bh_event_query_matches (query, event))
        g_ptr_array_add (found, bh_event_ref (event));
    }
}

static void
on_read_events_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  BhJournal *self = g_task_get_source_object (task);
  g_autoptr (BhEventQuery) query = NULL;
  GError *error = NULL;
  GPtrArray *found = bh_journal_worker_read_events_finish (result, &query, &error);

  if (found == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  /* What was being written when the question was put is in the file, or back among the rest. What
   * is being written now was begun after. */
  add_matching (found, self->written, query);
  add_matching (found, self->events, query);
  if (found->len > query->limit)
    g_ptr_array_remove_range (found, 0, found->len - query->limit);
  g_task_return_pointer (task, found, (GDestroyNotify) g_ptr_array_unref);
}

/**
 * bh_journal_read_events_async:
 * @self: a journal
 * @query: (transfer full): which
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Reads events.
 */
void
bh_journal_read_events_async (BhJournal *self,
                              BhEventQuery *query,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  GTask *task;

  g_return_if_fail (BH_IS_JOURNAL (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, bh_journal_read_events_async);
  if (self->worker == NULL)
    {
      refuse (task);
      bh_event_query_free (query);
      return;
    }
  bh_journal_worker_read_events_async (self->worker, query, on_read_events_ready, task);
}

/**
 * bh_journal_read_events_finish:
 * @self: a journal
 * @result: the result
 * @error: return location for an error
 *
 * Returns: (transfer container) (element-type BhEvent): the events, the oldest first, or %NULL with
 *   %BH_ERROR_FAILED
 */
GPtrArray *
bh_journal_read_events_finish (BhJournal *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, bh_journal_read_events_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Adds minutes that are not in the file yet to what was read from it. */
static void
fold_points (GArray *found, GArray *entries, const BhPointQuery *query)
{
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      const BhJournalPoint *entry = &g_array_index (entries, BhJournalPoint, i);
      BhPoint point = entry->point;
      guint at = found->len;

      point.time = bh_point_floor (point.time, query->resolution);
      if (!g_str_equal (entry->app, query->app)
          || point.time < bh_point_floor (query->since, query->resolution)
          || point.time >= query->until)
        continue;
      while (at > 0 && g_array_index (found, BhPoint, at - 1).time > point.time)
        at--;
      if (at > 0 && g_array_index (found, BhPoint, at - 1).time == point.time)
        bh_point_fold (&g_array_index (found, BhPoint, at - 1), &point);
      else
        g_array_insert_val (found, at, point);
    }
}

static void
on_read_points_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  BhJournal *self = g_task_get_source_object (task);
  g_autoptr (BhPointQuery) query = NULL;
  GError *error = NULL;
  GArray *found = bh_journal_worker_read_points_finish (result, &query, &error);

  if (found == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  fold_points (found, self->written_points, query);
  fold_points (found, self->points, query);
  g_task_return_pointer (task, found, (GDestroyNotify) g_array_unref);
}

/**
 * bh_journal_read_points_async:
 * @self: a journal
 * @query: (transfer full): which
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Reads what an app has cost.
 */
void
bh_journal_read_points_async (BhJournal *self,
                              BhPointQuery *query,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  GTask *task;

  g_return_if_fail (BH_IS_JOURNAL (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, bh_journal_read_points_async);
  if (self->worker == NULL)
    {
      refuse (task);
      bh_point_query_free (query);
      return;
    }
  choose_resolution (self, query);
  g_task_set_task_data (task, GUINT_TO_POINTER (query->resolution), NULL);
  bh_journal_worker_read_points_async (self->worker, query, on_read_points_ready, task);
}

/**
 * bh_journal_read_points_finish:
 * @self: a journal
 * @result: the result
 * @resolution: (out): what the points are
 * @error: return location for an error
 *
 * Returns: (transfer full) (element-type BhPoint): the points, the oldest first, or %NULL with
 *   %BH_ERROR_FAILED
 */
GArray *
bh_journal_read_points_finish (BhJournal *self,
                               GAsyncResult *result,
                               guint *resolution,
                               GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, bh_journal_read_points_async), NULL);

  *resolution = GPOINTER_TO_UINT (g_task_get_task_data (G_TASK (result)));

  return g_task_propagate_pointer (G_TASK (result), error);
}
