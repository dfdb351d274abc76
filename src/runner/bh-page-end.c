/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-page-end.h"

#include "bh-child-ends.h"

#include <sys/wait.h>

/*
 * Reports the ends of WebKit's processes to the supervisor: those of the network process as they
 * come, and that of the page with both halves of what is known, why from WebKit and how from the
 * kernel. One may come a little before the other, so each waits for the other a moment. Without the
 * second half the page's end is reported as it is.
 */

/* Milliseconds. It is usually less than 10. */
#define MOMENT 1000

struct _BhPageEnd
{
  GObject parent_instance;

  BhChannel *channel;
  BhChildEnds *ends;
  gboolean crashed; /* and not reported yet */
  guint moment_id;
  int status; /* of the last process of a page that did not end well, or -1 */
  gint64 ended_at;
};

G_DEFINE_FINAL_TYPE (BhPageEnd, bh_page_end, G_TYPE_OBJECT)

static void
report_crash (BhPageEnd *self)
{
  g_clear_handle_id (&self->moment_id, g_source_remove);
  self->crashed = FALSE;
  bh_channel_web_process_ended (self->channel, "crashed", self->status);
  self->status = -1;
}

static gboolean
on_moment (gpointer user_data)
{
  BhPageEnd *self = BH_PAGE_END (user_data);

  self->moment_id = 0;
  report_crash (self);

  return G_SOURCE_REMOVE;
}

static void
on_child_ended (BhChildEnds *ends, int role, int status, BhPageEnd *self)
{
  /* While the runner lives it is never told to exit, so an exit code of 0 is no better than any. */
  if (role == BH_CHILD_NETWORK)
    {
      bh_channel_network_process_ended (self->channel, status);
      return;
    }
  /* The proxy of a page's sandbox is in another one, which has nothing to report. A page's process
   * that exits with 0 looks the same. */
  if (WIFEXITED (status) && WEXITSTATUS (status) == 0)
    return;

  self->status = status;
  self->ended_at = g_get_monotonic_time ();
  if (self->crashed)
    report_crash (self);
}

static void
bh_page_end_dispose (GObject *object)
{
  BhPageEnd *self = BH_PAGE_END (object);

  g_clear_handle_id (&self->moment_id, g_source_remove);
  if (self->ends != NULL)
    g_signal_handlers_disconnect_by_data (self->ends, self);
  g_clear_object (&self->ends);
  g_clear_object (&self->channel);

  G_OBJECT_CLASS (bh_page_end_parent_class)->dispose (object);
}

static void
bh_page_end_class_init (BhPageEndClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bh_page_end_dispose;
}

static void
bh_page_end_init (BhPageEnd *self)
{
  self->status = -1;
  self->ends = bh_child_ends_new ();
  g_signal_connect (self->ends, "ended", G_CALLBACK (on_child_ended), self);
}

/**
 * bh_page_end_new:
 * @channel: the channel to the supervisor
 *
 * Returns: (transfer full): what reports the ends of WebKit's processes from now on
 */
BhPageEnd *
bh_page_end_new (BhChannel *channel)
{
  BhPageEnd *self;

  g_return_val_if_fail (BH_IS_CHANNEL (channel), NULL);

  self = g_object_new (BH_TYPE_PAGE_END, NULL);
  self->channel = g_object_ref (channel);

  return self;
}

/**
 * bh_page_end_tell:
 * @self: the reporter
 * @reason: why the page's process is gone
 *
 * Reports that the page has ended, as soon as it is known how.
 */
void
bh_page_end_tell (BhPageEnd *self, WebKitWebProcessTerminationReason reason)
{
  gboolean known;

  g_return_if_fail (BH_IS_PAGE_END (self));

  switch (reason)
    {
    case WEBKIT_WEB_PROCESS_EXCEEDED_MEMORY_LIMIT:
      bh_channel_web_process_ended (self->channel, "memory-limit", -1);
      break;
    case WEBKIT_WEB_PROCESS_TERMINATED_BY_API:
      bh_channel_web_process_ended (self->channel, "terminated", -1);
      break;
    case WEBKIT_WEB_PROCESS_CRASHED:
    default:
      known = self->status != -1
              && g_get_monotonic_time () - self->ended_at < MOMENT * G_TIME_SPAN_MILLISECOND;
      if (!known)
        self->status = -1;
      self->crashed = TRUE;
      if (known)
        report_crash (self);
      else if (self->moment_id == 0)
        self->moment_id = g_timeout_add (MOMENT, on_moment, self);
      break;
    }
}

/**
 * bh_page_end_recovered:
 * @self: the reporter
 *
 * Reports that there is a page again, if one had ended.
 */
void
bh_page_end_recovered (BhPageEnd *self)
{
  g_return_if_fail (BH_IS_PAGE_END (self));

  if (self->crashed)
    report_crash (self);
  bh_channel_web_process_recovered (self->channel);
}
