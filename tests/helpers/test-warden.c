/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "warden.h"

#include <glib.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Runs itself as a test under a warden, in which one thing or another goes wrong. Its output is
 * read to the end: that never comes while a process that was left behind holds it open.
 */

static const char *program;

static void
leave_process (void)
{
  if (fork () > 0)
    return;
  setsid ();
  signal (SIGTERM, SIG_IGN);
  if (fork () > 0)
    _exit (0);
  for (;;)
    pause ();
}

static int
run_case (int argc, char **argv)
{
  const char *name = argv[1];

  if (g_str_equal (name, "good"))
    return 0;
  if (g_str_equal (name, "bad"))
    return 3;

  leave_process ();
  if (g_str_equal (name, "careless"))
    return 0;
  if (g_str_equal (name, "killed"))
    raise (SIGKILL);
  g_assert_cmpstr (name, ==, "a name that no case has");

  return 0;
}

static int
run (const char *name, char **errors)
{
  const char *argv[] = { program, name, NULL };
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **) (gsize) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, errors,
                &status, &error);
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (status));

  return WEXITSTATUS (status);
}

static void
test_results (void)
{
  g_autofree char *good = NULL;
  g_autofree char *bad = NULL;

  g_assert_cmpint (run ("good", &good), ==, 0);
  g_assert_cmpstr (good, ==, "");
  g_assert_cmpint (run ("bad", &bad), ==, 3);
}

static void
test_failures (void)
{
  g_autofree char *asserts = NULL;
  g_autofree char *killed = NULL;

  g_assert_cmpint (run ("asserts", &asserts), ==, 128 + SIGABRT);
  g_assert_nonnull (strstr (asserts, "a name that no case has"));
  g_assert_cmpint (run ("killed", &killed), ==, 128 + SIGKILL);
}

/* A test that forgets what it started has not succeeded. */
static void
test_careless (void)
{
  g_autofree char *errors = NULL;

  g_assert_cmpint (run ("careless", &errors), ==, 1);
  g_assert_nonnull (strstr (errors, "left a process behind"));
}

int
main (int argc, char **argv)
{
  if (argc == 2 && *argv[1] != '-')
    return warden_run (run_case, argc, argv);

  program = argv[0];
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/warden/results", test_results);
  g_test_add_func ("/warden/failures", test_failures);
  g_test_add_func ("/warden/careless", test_careless);

  return g_test_run ();
}
