/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-instance-private.h"

#include "bh-error.h"

#include <glib/gi18n.h>

/*
 * What it means for an app that its run does not answer. It is told and left to the user, who can
 * wait, restart it or kill it; only when the manifest asks for that, an app that still does not
 * answer after as much time again is ended and counts as crashed.
 *
 * An app of which somebody has stopped a process is asleep and not in trouble.
 */

static gboolean
on_hang_deadline (gpointer user_data)
{
  BhInstance *self = BH_INSTANCE (user_data);
  guint seconds = 2 * bh_run_get_patience (self->run) / 1000;

  self->hang_deadline = 0;
  if (self->ending != BH_REASON_NONE || bh_run_is_ending (self->run))
    return G_SOURCE_REMOVE;

  self->ending = BH_REASON_UNRESPONSIVE;
  g_free (self->ending_detail);
  self->ending_detail
      = g_strdup_printf (g_dngettext (NULL, "It had not answered for %u second and was ended",
                                      "It had not answered for %u seconds and was ended", seconds),
                         seconds);
  bh_run_record_ending (self->run, self->ending);
  bh_run_kill (self->run);

  return G_SOURCE_REMOVE;
}

static void
set_unresponsive (BhInstance *self, BhTrouble trouble)
{
  /* The table knows no shorter way. */
  if (self->state == BH_STATE_SUSPENDED)
    bh_instance_set_state (self, BH_STATE_RUNNING);
  if (self->state != BH_STATE_RUNNING)
    return;

  bh_instance_log_event (self, BH_LIFECYCLE_UNRESPONSIVE, "does not answer",
                         trouble == BH_TROUBLE_WINDOW ? "the window" : "the page");
  bh_instance_set_state (self, BH_STATE_UNRESPONSIVE);
  if (self->hang_deadline == 0 && bh_manifest_get_restart_unresponsive (self->manifest))
    self->hang_deadline = bh_clock_add_timer (self->tools->clock, bh_run_get_patience (self->run),
                                              on_hang_deadline, self);
}

static void
on_run_trouble (BhRun *run, BhInstance *self)
{
  BhTrouble trouble = bh_run_get_trouble (run);

  if (trouble == BH_TROUBLE_WINDOW || trouble == BH_TROUBLE_PAGE)
    {
      set_unresponsive (self, trouble);
      return;
    }

  bh_clock_clear_timer (self->tools->clock, &self->hang_deadline);
  if (trouble == BH_TROUBLE_STOPPED)
    {
      if (self->state == BH_STATE_RUNNING || self->state == BH_STATE_UNRESPONSIVE)
        bh_instance_set_state (self, BH_STATE_SUSPENDED);
    }
  else if (self->state == BH_STATE_UNRESPONSIVE || self->state == BH_STATE_SUSPENDED)
    {
      bh_instance_set_state (self, BH_STATE_RUNNING);
    }
}

/**
 * bh_instance_listen_to_health:
 * @self: an instance with a run
 *
 * Hears whether the run answers.
 */
void
bh_instance_listen_to_health (BhInstance *self)
{
  g_signal_connect (self->run, "trouble", G_CALLBACK (on_run_trouble), self);
}

/**
 * bh_instance_wait:
 * @self: an instance
 * @error: return location for an error
 *
 * Gives an app that does not answer as much time once more; one that answers does not need it.
 *
 * Returns: %TRUE, or %FALSE with %BH_ERROR_NOT_RUNNING
 */
gboolean
bh_instance_wait (BhInstance *self, GError **error)
{
  g_return_val_if_fail (BH_IS_INSTANCE (self), FALSE);

  if (self->run == NULL)
    {
      g_set_error (error, BH_ERROR, BH_ERROR_NOT_RUNNING, _("“%s” is not running"),
                   bh_app_id_get_uuid (self->id));
      return FALSE;
    }
  bh_run_wait (self->run);

  return TRUE;
}
