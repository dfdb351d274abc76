/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-run-private.h"

#include <string.h>

/*
 * A runner comes back to a supervisor that has adopted its run. It must know the token that it was
 * given, and be one of the run's own processes as the kernel tells who connected: a token that got
 * out is of no use elsewhere.
 *
 * A run has one channel. The newest is taken and the one before it closed: the runner may well
 * know that its old channel is dead before we do, and a runner that is refused goes on alone. Who
 * could abuse that is the run itself, which has nothing to gain from it.
 */

/* Takes as long whatever of it is wrong. */
static gboolean
is_same_token (const char *token, const char *other)
{
  gsize length = strlen (token);
  guint difference = 0;

  if (strlen (other) != length)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    difference |= (guint) (guchar) token[i] ^ (guint) (guchar) other[i];

  return difference == 0;
}

/* The runner may be below the process that was started for it, so all of them are looked at. */
static gboolean
has_process (BhRun *self, pid_t pid)
{
  g_autoptr (GArray) found = NULL;

  bh_process_scanner_refresh (self->tools->scanner);
  found = bh_run_find_processes (self);
  for (guint i = 0; i < found->len; i++)
    if (g_array_index (found, BhProcStat, i).pid == pid)
      return TRUE;
  g_message ("Process %d knows the token of “%s”, but is none of its processes", (int) pid,
             self->record->uuid);

  return FALSE;
}

/**
 * bh_run_resume:
 * @self: a run
 * @channel: a runner's new channel
 * @token: its proof
 * @status: a{sv}, as RunnerHost1.Resume has it
 *
 * Returns: whether this is the run's own runner, whose channel is taken then
 */
gboolean
bh_run_resume (BhRun *self, BhRunnerChannel *channel, const char *token, GVariant *status)
{
  g_autoptr (GVariant) activities = NULL;
  const char *text;
  guint64 received, sent;
  int page_status = -1;

  g_return_val_if_fail (BH_IS_RUN (self), FALSE);
  g_return_val_if_fail (channel != NULL && token != NULL && status != NULL, FALSE);

  if (bh_run_get_runner (self) == NULL || !is_same_token (self->record->token, token)
      || !has_process (self, bh_runner_channel_get_peer (channel)))
    return FALSE;

  bh_run_take_channel (self, channel);
  if (!self->asleep)
    bh_heartbeat_start (self->heartbeat);
  bh_run_tell_sleep (self);
  activities = g_variant_lookup_value (status, "activity", G_VARIANT_TYPE_STRING_ARRAY);
  if (activities != NULL)
    {
      g_autofree const char **names = g_variant_get_strv (activities, NULL);

      bh_run_set_activities (self, bh_activities_from_strv (names));
    }
  if (g_variant_lookup (status, "traffic", "(tt)", &received, &sent))
    bh_run_set_traffic (self, received, sent);
  g_variant_lookup (status, "painted", "b", &self->painted);
  if (g_variant_lookup (status, "title", "&s", &text))
    {
      g_autofree char *title = bh_runner_channel_bound_title (text);

      g_signal_emit_by_name (channel, "title", title);
    }
  if (!g_variant_lookup (status, "web-process", "&s", &text))
    return TRUE;
  g_variant_lookup (status, "web-process-status", "i", &page_status);
  if (*text != '\0')
    g_signal_emit_by_name (channel, "web-process-ended", text, page_status);
  else
    g_signal_emit_by_name (channel, "web-process-recovered");

  return TRUE;
}
