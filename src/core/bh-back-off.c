/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-back-off.h"

/*
 * Whether and when an app that ended is started again: the arithmetic alone. Whoever asks brings
 * the time and the chance, so that a test needs neither to wait nor to be lucky.
 *
 * The delay doubles with each crash in a row, 1, 2, 4 … seconds, to a cap of 30 by default, as
 * service managers and orchestrators do it; it varies by a tenth to either side, so that apps that
 * were ended together, by the kernel for want of memory, do not come back together.
 *
 * A run that lasted as long as the policy's window was healthy: what came before it is forgotten.
 * Times are on the monotonic clock, which goes on when the supervisor is started again, so that
 * a crash loop does not get new chances from that.
 */

#define FIRST_DELAY 1000
#define JITTER      0.1

/* A window of no length would make every run healthy. */
#define MIN_HEALTHY (5 * G_TIME_SPAN_SECOND)

struct _BhBackOff
{
  BhRestartPolicy policy;
  guint max_restarts;
  gint64 window;
  guint cap; /* milliseconds */

  guint in_row;    /* restarts since the last healthy run */
  GArray *history; /* of gint64: when the restarts of the window were decided on */
};

/**
 * bh_back_off_new:
 *
 * Returns: (transfer full): a back-off that has seen no crash, with the policy never to restart
 */
BhBackOff *
bh_back_off_new (void)
{
  BhBackOff *self = g_new0 (BhBackOff, 1);

  self->policy = BH_RESTART_NEVER;
  self->cap = BH_BACK_OFF_DEFAULT_CAP;
  self->history = g_array_new (FALSE, FALSE, sizeof (gint64));

  return self;
}

/**
 * bh_back_off_free:
 * @self: (transfer full): a back-off
 */
void
bh_back_off_free (BhBackOff *self)
{
  g_return_if_fail (self != NULL);

  g_array_unref (self->history);
  g_free (self);
}

/**
 * bh_back_off_set_policy:
 * @self: a back-off
 * @policy: which ends are followed by a restart
 * @max_restarts: how many restarts the window allows, at most %BH_BACK_OFF_MAX_RESTARTS
 * @window: microseconds
 *
 * Sets the policy; what was counted stays.
 */
void
bh_back_off_set_policy (BhBackOff *self, BhRestartPolicy policy, guint max_restarts, gint64 window)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (window >= 0);

  self->policy = policy;
  self->max_restarts = MIN (max_restarts, BH_BACK_OFF_MAX_RESTARTS);
  self->window = window;
}

/**
 * bh_back_off_set_cap:
 * @self: a back-off
 * @cap: milliseconds to which the delay grows, from 1000 to %BH_BACK_OFF_MAX_CAP
 *
 * Sets how long the longest delay is, but for the jitter.
 */
void
bh_back_off_set_cap (BhBackOff *self, guint cap)
{
  g_return_if_fail (self != NULL);

  self->cap = CLAMP (cap, FIRST_DELAY, BH_BACK_OFF_MAX_CAP);
}

/**
 * bh_back_off_reset:
 * @self: a back-off
 *
 * Forgets all crashes: a person started the app.
 */
void
bh_back_off_reset (BhBackOff *self)
{
  g_return_if_fail (self != NULL);

  self->in_row = 0;
  g_array_set_size (self->history, 0);
}

static gboolean
policy_covers (BhRestartPolicy policy, BhReason reason)
{
  switch (policy)
    {
    case BH_RESTART_NEVER:
      return FALSE;
    case BH_RESTART_ON_CRASH:
      return bh_reason_is_crash (reason);
    case BH_RESTART_ALWAYS:
      /* What was asked for is not undone; a window that was closed is opened again. */
      return bh_reason_is_crash (reason) || reason == BH_REASON_CLOSED;
    default:
      g_assert_not_reached ();
    }
}

static void
forget_before (BhBackOff *self, gint64 time)
{
  guint n = 0;

  while (n < self->history->len && g_array_index (self->history, gint64, n) < time)
    n++;
  if (n > 0)
    g_array_remove_range (self->history, 0, n);
}

/**
 * bh_back_off_judge:
 * @self: a back-off
 * @reason: why the run ended
 * @started: when it had started, in monotonic microseconds
 * @now: the time, in monotonic microseconds
 * @chance: a random number from 0 to 1
 * @delay: (out): milliseconds until the restart, 0 when there is none
 *
 * Decides what follows the end of a run, and counts the restart if there is one.
 *
 * Returns: the verdict
 */
BhVerdict
bh_back_off_judge (BhBackOff *self,
                   BhReason reason,
                   gint64 started,
                   gint64 now,
                   double chance,
                   guint *delay)
{
  double base;

  g_return_val_if_fail (self != NULL, BH_VERDICT_REST);
  g_return_val_if_fail (chance >= 0 && chance <= 1, BH_VERDICT_REST);
  g_return_val_if_fail (delay != NULL, BH_VERDICT_REST);

  *delay = 0;
  if (!policy_covers (self->policy, reason))
    return BH_VERDICT_REST;
  /* What could not be started when a person asked for it is told at once, and would fail again. In
   * the midst of restarts it may be a sign of the same trouble. */
  if (reason == BH_REASON_LAUNCH_FAILED && self->in_row == 0)
    return BH_VERDICT_REST;

  if (now - started >= MAX (self->window, MIN_HEALTHY))
    bh_back_off_reset (self);
  forget_before (self, now - self->window);
  if (self->history->len >= self->max_restarts)
    return BH_VERDICT_GIVE_UP;

  base = MIN (FIRST_DELAY * (double) (G_GUINT64_CONSTANT (1) << MIN (self->in_row, 20)), self->cap);
  *delay = (guint) (base * (1 - JITTER + 2 * JITTER * chance));
  self->in_row++;
  g_array_append_val (self->history, now);

  return BH_VERDICT_RESTART;
}

/**
 * bh_back_off_get_in_row:
 * @self: a back-off
 *
 * Returns: how many restarts there were since the last healthy run
 */
guint
bh_back_off_get_in_row (BhBackOff *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->in_row;
}

/**
 * bh_back_off_to_string:
 * @self: a back-off
 *
 * Returns: (transfer full): what was counted, without the policy, for bh_back_off_from_string()
 */
char *
bh_back_off_to_string (BhBackOff *self)
{
  GString *text;

  g_return_val_if_fail (self != NULL, NULL);

  text = g_string_new (NULL);
  g_string_append_printf (text, "%u", self->in_row);
  for (guint i = 0; i < self->history->len; i++)
    g_string_append_printf (text, " %" G_GINT64_FORMAT, g_array_index (self->history, gint64, i));

  return g_string_free (text, FALSE);
}

/**
 * bh_back_off_from_string:
 * @self: a back-off
 * @text: what bh_back_off_to_string() gave
 *
 * Takes over what another back-off had counted. A text that it can't have given changes nothing.
 *
 * Returns: whether the text is good
 */
gboolean
bh_back_off_from_string (BhBackOff *self, const char *text)
{
  g_auto (GStrv) words = NULL;
  g_autoptr (GArray) history = NULL;
  gint64 last = 0;
  guint64 in_row;

  g_return_val_if_fail (self != NULL && text != NULL, FALSE);

  words = g_strsplit (text, " ", BH_BACK_OFF_MAX_RESTARTS + 2);
  if (words[0] == NULL || !g_ascii_string_to_unsigned (words[0], 10, 0, G_MAXUINT, &in_row, NULL))
    return FALSE;

  history = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 1; words[i] != NULL; i++)
    {
      gint64 time;

      if (history->len == BH_BACK_OFF_MAX_RESTARTS
          || !g_ascii_string_to_signed (words[i], 10, last, G_MAXINT64, &time, NULL))
        return FALSE;
      g_array_append_val (history, time);
      last = time;
    }

  self->in_row = (guint) in_row;
  g_array_unref (self->history);
  self->history = g_steal_pointer (&history);

  return TRUE;
}
