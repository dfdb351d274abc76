/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-end-reason.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

static const struct
{
  BhEnd end;
  BhReason reason;
  const char *detail; /* a pattern */
} cases[] = {
  /* What was asked for wins over everything. */
  { { .requested = BH_REASON_KILLED, .known = TRUE, .wait_status = SIGKILL },
    BH_REASON_KILLED,
    "" },
  { { .requested = BH_REASON_STOPPED, .before_ready = TRUE, .failure = "No display" },
    BH_REASON_STOPPED,
    "" },
  { { .requested = BH_REASON_CLOSED, .known = TRUE, .wait_status = W_EXITCODE (1, 0) },
    BH_REASON_CLOSED,
    "" },
  /* Then what it said itself. */
  { { .before_ready = TRUE, .failure = "No display" }, BH_REASON_LAUNCH_FAILED, "No display" },
  { { .failure = "No display", .known = TRUE, .wait_status = 0 }, BH_REASON_CRASHED, "No display" },
  /* Then how it ended. */
  { { .known = TRUE, .wait_status = 0 }, BH_REASON_CLOSED, "" },
  { { .known = TRUE, .wait_status = W_EXITCODE (3, 0) }, BH_REASON_CRASHED, "*exit code 3" },
  { { .known = TRUE, .wait_status = SIGSEGV }, BH_REASON_CRASHED, "*SIGSEGV (11)" },
  { { .known = TRUE, .wait_status = SIGABRT | WCOREFLAG }, BH_REASON_CRASHED, "*SIGABRT (6)" },
  { { .known = TRUE, .wait_status = 0, .before_ready = TRUE },
    BH_REASON_LAUNCH_FAILED,
    "*exit code 0 before*" },
  { { .known = TRUE, .wait_status = SIGKILL, .before_ready = TRUE },
    BH_REASON_LAUNCH_FAILED,
    "*SIGKILL (9) before*" },
  { { .known = FALSE }, BH_REASON_CRASHED, "*another supervisor*" },
  { { .known = FALSE, .before_ready = TRUE }, BH_REASON_LAUNCH_FAILED, "*another supervisor*" },
};

static void
test_decide (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *detail = NULL;
      BhReason reason = bh_end_reason_decide (&cases[i].end, &detail);

      g_test_message ("case %u: %s", i, detail);
      g_assert_cmpint (reason, ==, cases[i].reason);
      g_assert_true (g_pattern_match_simple (cases[i].detail, detail));
    }
}

/* Signals without a name of their own. */
static void
test_realtime_signal (void)
{
  BhEnd end = { .known = TRUE, .wait_status = SIGRTMIN + 1 };
  g_autofree char *detail = NULL;

  g_assert_cmpint (bh_end_reason_decide (&end, &detail), ==, BH_REASON_CRASHED);
  g_assert_null (strstr (detail, "(null)"));
}

/* What a runner says of its children may be anything. */
static void
test_children (void)
{
  static const struct
  {
    int status;
    const char *page, *network;
  } children[] = {
    { SIGSEGV, "WebKit's web process was ended by SIGSEGV (11). *",
      "WebKit's network process was ended by SIGSEGV (11)" },
    { SIGSEGV | 0x80, "*SIGSEGV (11)*", "*SIGSEGV (11)" },
    { 3 << 8, "*exit code 3. The app's window is still open.", "*exit code 3" },
    { -1, "The page's process ended unexpectedly. *", "*" },
    { G_MAXINT, "?*", "?*" },
    { G_MININT, "?*", "?*" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (children); i++)
    {
      g_autofree char *page = bh_end_reason_describe_page (children[i].status);
      g_autofree char *network = bh_end_reason_describe_network (children[i].status);

      g_test_message ("%s; %s", page, network);
      g_assert_true (g_pattern_match_simple (children[i].page, page));
      g_assert_true (g_pattern_match_simple (children[i].network, network));
      g_assert_null (strstr (page, "(null)"));
      g_assert_null (strstr (network, "(null)"));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/end-reason/decide", test_decide);
  g_test_add_func ("/end-reason/realtime-signal", test_realtime_signal);
  g_test_add_func ("/end-reason/children", test_children);

  return g_test_run ();
}
