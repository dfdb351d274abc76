/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-instance-requests.h"

/*
 * Those who wait for an instance: launches until the run has got as far as they want, ends until
 * its last process is gone. Who gives an answer takes the request out of the queue first, for the
 * one who gets it may make the next request at once.
 */

struct _BhInstanceRequests
{
  GPtrArray *launches; /* GTask with BhLaunchRequest */
  GPtrArray *ends;     /* GTask */
};

static GPtrArray *
new_queue (void)
{
  return g_ptr_array_new_with_free_func (g_object_unref);
}

/* What has waited so far, in its order; what comes from now on waits in a new queue. */
static GPtrArray *
take_queue (GPtrArray **queue)
{
  GPtrArray *taken = *queue;

  *queue = new_queue ();

  return taken;
}

static void
launch_request_free (BhLaunchRequest *request)
{
  g_free (request->uri);
  g_free (request->activation_token);
  g_free (request);
}

/**
 * bh_instance_requests_new:
 *
 * Returns: (transfer full): queues in which nobody waits
 */
BhInstanceRequests *
bh_instance_requests_new (void)
{
  BhInstanceRequests *self = g_new0 (BhInstanceRequests, 1);

  self->launches = new_queue ();
  self->ends = new_queue ();

  return self;
}

/**
 * bh_instance_requests_free:
 * @self: (transfer full): queues
 */
void
bh_instance_requests_free (BhInstanceRequests *self)
{
  g_return_if_fail (self != NULL);

  g_ptr_array_unref (self->launches);
  g_ptr_array_unref (self->ends);
  g_free (self);
}

/**
 * bh_instance_requests_add_launch:
 * @self: queues
 * @task: what to answer; its task data becomes the request
 * @wait: when it is done
 * @uri: an absolute URI in the app's scope to show, or ""
 * @activation_token: what lets the window take the focus, or ""
 *
 * Returns: (transfer none): the request, which lives as long as @task
 */
BhLaunchRequest *
bh_instance_requests_add_launch (BhInstanceRequests *self,
                                 GTask *task,
                                 BhLaunchWait wait,
                                 const char *uri,
                                 const char *activation_token)
{
  BhLaunchRequest *request;

  g_return_val_if_fail (self != NULL && G_IS_TASK (task), NULL);
  g_return_val_if_fail (uri != NULL && activation_token != NULL, NULL);

  request = g_new0 (BhLaunchRequest, 1);
  request->wait = wait;
  request->uri = g_strdup (uri);
  request->activation_token = g_strdup (activation_token);
  g_task_set_task_data (task, request, (GDestroyNotify) launch_request_free);
  g_ptr_array_add (self->launches, g_object_ref (task));

  return request;
}

/**
 * bh_instance_requests_has_launches:
 * @self: queues
 *
 * Returns: whether a launch waits
 */
gboolean
bh_instance_requests_has_launches (BhInstanceRequests *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->launches->len > 0;
}

/**
 * bh_instance_requests_start_launch:
 * @self: queues in which a launch waits
 *
 * Returns: (transfer none): the launch that has waited longest, as the one that starts the run
 */
BhLaunchRequest *
bh_instance_requests_start_launch (BhInstanceRequests *self)
{
  BhLaunchRequest *request;

  g_return_val_if_fail (self != NULL && self->launches->len > 0, NULL);

  request = g_task_get_task_data (g_ptr_array_index (self->launches, 0));
  request->started = TRUE;

  return request;
}

/**
 * bh_instance_requests_answer_launches:
 * @self: queues
 * @reached: how far the run has got
 *
 * Answers the launches that wait for no more than that.
 */
void
bh_instance_requests_answer_launches (BhInstanceRequests *self, BhLaunchWait reached)
{
  g_autoptr (GPtrArray) launches = NULL;

  g_return_if_fail (self != NULL);

  launches = take_queue (&self->launches);
  for (guint i = 0; i < launches->len; i++)
    {
      GTask *task = g_ptr_array_index (launches, i);
      BhLaunchRequest *request = g_task_get_task_data (task);

      if (request->wait > reached)
        g_ptr_array_add (self->launches, g_object_ref (task));
      else
        g_task_return_boolean (task, TRUE);
    }
}

/**
 * bh_instance_requests_refuse_launches:
 * @self: queues
 * @code: an error
 * @message: for people
 *
 * Answers all launches with an error.
 */
void
bh_instance_requests_refuse_launches (BhInstanceRequests *self, BhError code, const char *message)
{
  g_autoptr (GPtrArray) launches = NULL;

  g_return_if_fail (self != NULL && message != NULL);

  launches = take_queue (&self->launches);
  for (guint i = 0; i < launches->len; i++)
    g_task_return_new_error (g_ptr_array_index (launches, i), BH_ERROR, code, "%s", message);
}

/**
 * bh_instance_requests_add_end:
 * @self: queues
 * @task: what to answer
 */
void
bh_instance_requests_add_end (BhInstanceRequests *self, GTask *task)
{
  g_return_if_fail (self != NULL && G_IS_TASK (task));

  g_ptr_array_add (self->ends, g_object_ref (task));
}

/**
 * bh_instance_requests_answer_ends:
 * @self: queues
 * @killed: how many processes had to be killed
 *
 * Answers all ends.
 */
void
bh_instance_requests_answer_ends (BhInstanceRequests *self, guint killed)
{
  g_autoptr (GPtrArray) ends = NULL;

  g_return_if_fail (self != NULL);

  ends = take_queue (&self->ends);
  for (guint i = 0; i < ends->len; i++)
    g_task_return_int (g_ptr_array_index (ends, i), killed);
}

/**
 * bh_instance_requests_fail_ends:
 * @self: queues
 * @error: why the run could not be ended
 *
 * Answers all ends with an error.
 */
void
bh_instance_requests_fail_ends (BhInstanceRequests *self, const GError *error)
{
  g_autoptr (GPtrArray) ends = NULL;

  g_return_if_fail (self != NULL && error != NULL);

  ends = take_queue (&self->ends);
  for (guint i = 0; i < ends->len; i++)
    g_task_return_error (g_ptr_array_index (ends, i), g_error_copy (error));
}
