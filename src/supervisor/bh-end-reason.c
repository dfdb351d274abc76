/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-end-reason.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sys/wait.h>

/*
 * Why a runner ended, told from what is known of its end. A decision only: nothing is done here.
 */

/* A name such as “SIGSEGV (11)”. */
static char *
describe_signal (int number)
{
  const char *name = sigabbrev_np (number);

  /* Real-time signals have no names. */
  if (name == NULL)
    return g_strdup_printf (_("signal %d"), number);

  return g_strdup_printf ("SIG%s (%d)", name, number);
}

static char *
describe_status (int wait_status)
{
  if (WIFSIGNALED (wait_status))
    {
      int number = WTERMSIG (wait_status);
      const char *name = sigabbrev_np (number);

      /* Real-time signals have no names. */
      if (name == NULL)
        return g_strdup_printf (_("It was ended by signal %d"), number);
      return g_strdup_printf (_("It was ended by signal SIG%s (%d)"), name, number);
    }

  return g_strdup_printf (_("It ended with exit code %d"), WEXITSTATUS (wait_status));
}

/**
 * bh_end_reason_describe_page:
 * @wait_status: how the page's process ended, as waitpid() gives it, or -1
 *
 * Returns: (transfer full): the same in plain words
 */
char *
bh_end_reason_describe_page (int wait_status)
{
  if (wait_status == -1)
    return g_strdup (_("The page's process ended unexpectedly. The app's window is still open."));
  if (WIFSIGNALED (wait_status))
    {
      g_autofree char *name = describe_signal (WTERMSIG (wait_status));

      return g_strdup_printf (
          _("WebKit's web process was ended by %s. The app's window is still open."), name);
    }

  return g_strdup_printf (
      _("WebKit's web process ended with exit code %d. The app's window is still open."),
      WEXITSTATUS (wait_status));
}

/**
 * bh_end_reason_describe_network:
 * @wait_status: how the network process ended, as waitpid() gives it
 *
 * Returns: (transfer full): the same in plain words
 */
char *
bh_end_reason_describe_network (int wait_status)
{
  if (WIFSIGNALED (wait_status))
    {
      g_autofree char *name = describe_signal (WTERMSIG (wait_status));

      return g_strdup_printf (_("WebKit's network process was ended by %s"), name);
    }

  return g_strdup_printf (_("WebKit's network process ended with exit code %d"),
                          WEXITSTATUS (wait_status));
}

/**
 * bh_end_reason_decide:
 * @end: what is known
 * @detail: (out) (transfer full): more in plain words, or ""
 *
 * What was asked for wins; then what the runner said itself; then how its process ended.
 *
 * Returns: the reason
 */
BhReason
bh_end_reason_decide (const BhEnd *end, char **detail)
{
  g_return_val_if_fail (end != NULL && detail != NULL, BH_REASON_CRASHED);

  if (end->requested != BH_REASON_NONE)
    {
      *detail = g_strdup ("");
      return end->requested;
    }
  if (end->failure != NULL)
    {
      *detail = g_strdup (end->failure);
      return end->before_ready ? BH_REASON_LAUNCH_FAILED : BH_REASON_CRASHED;
    }
  if (!end->known)
    {
      *detail = g_strdup (_("How it ended is not known, since another supervisor had started it"));
      return end->before_ready ? BH_REASON_LAUNCH_FAILED : BH_REASON_CRASHED;
    }
  if (end->before_ready)
    {
      g_autofree char *status = describe_status (end->wait_status);

      *detail = g_strdup_printf (_("%s before its window was ready"), status);
      return BH_REASON_LAUNCH_FAILED;
    }
  if (WIFEXITED (end->wait_status) && WEXITSTATUS (end->wait_status) == 0)
    {
      *detail = g_strdup ("");
      return BH_REASON_CLOSED;
    }
  *detail = describe_status (end->wait_status);

  return BH_REASON_CRASHED;
}
