/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-child-ends.h"

#include "web-helpers.h"

#include <signal.h>
#include <sys/wait.h>

/* How real processes of WebKit end. */

/* As often as a race that is lost in one of many cases would show. */
#define TIMES 200

typedef struct
{
  Web web;
  BhChildEnds *ends;
  guint n[2]; /* by role */
  int status[2];
} Fixture;

static void
on_ended (BhChildEnds *ends, int role, int status, gpointer user_data)
{
  Fixture *fixture = user_data;

  /* Those of the test before end well, some time. */
  if (WIFEXITED (status) && WEXITSTATUS (status) == 0)
    return;
  fixture->n[role]++;
  fixture->status[role] = status;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->ends = bh_child_ends_new ();
  g_signal_connect (fixture->ends, "ended", G_CALLBACK (on_ended), fixture);
  web_set_up (&fixture->web);
  web_write (&fixture->web, "index.html", "<!DOCTYPE html><title>t</title>");
  web_load (&fixture->web, "app://test/index.html");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (fixture->ends, fixture);
  web_tear_down (&fixture->web);
  g_assert_finalize_object (fixture->ends);
}

static gboolean
on_resend (gpointer user_data)
{
  kill ((pid_t) GPOINTER_TO_INT (user_data), SIGSEGV);

  return G_SOURCE_CONTINUE;
}

static gboolean
on_load_again (gpointer user_data)
{
  webkit_web_view_load_uri (WEBKIT_WEB_VIEW (user_data), "app://test/index.html");

  return G_SOURCE_CONTINUE;
}

/* We hear of an end before WebKit does. What it sends to a process that is gone is lost. */
static void
load_again (Web *web)
{
  guint again = g_timeout_add_seconds (2, on_load_again, web->view);

  web_load (web, "app://test/index.html");
  g_source_remove (again);
}

static void
test_web (Fixture *fixture, gconstpointer data)
{
  static const int signals[] = { SIGSEGV, SIGKILL };

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    {
      pid_t pid = web_find_process ("WebKitWebProces");
      guint resend;

      fixture->n[BH_CHILD_WEB] = 0;
      g_assert_cmpint (pid, >, 0);
      /* JavaScriptCore has a handler for the first one, and lets only the second one pass. */
      kill (pid, signals[i]);
      resend = g_timeout_add (50, on_resend, GINT_TO_POINTER (pid));
      wait_for (fixture->n[BH_CHILD_WEB] > 0 && WIFSIGNALED (fixture->status[BH_CHILD_WEB]));
      g_source_remove (resend);
      g_assert_cmpint (WTERMSIG (fixture->status[BH_CHILD_WEB]), ==, signals[i]);
      g_assert_cmpuint (fixture->n[BH_CHILD_NETWORK], ==, 0);
      load_again (&fixture->web);
    }
}

/* Once each, and its signal; WebKit says nothing of it. */
static void
test_network (Fixture *fixture, gconstpointer data)
{
  static const int signals[] = { SIGKILL, SIGSEGV };

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    {
      pid_t pid = web_find_process ("WebKitNetworkPr");

      g_assert_cmpint (pid, >, 0);
      kill (pid, signals[i]);
      wait_for (fixture->n[BH_CHILD_NETWORK] == i + 1);
      g_assert_true (WIFSIGNALED (fixture->status[BH_CHILD_NETWORK]));
      g_assert_cmpint (WTERMSIG (fixture->status[BH_CHILD_NETWORK]), ==, signals[i]);
      load_again (&fixture->web);
      wait_for (web_find_process ("WebKitNetworkPr") > 0);
    }
  g_assert_cmpuint (fixture->n[BH_CHILD_WEB], ==, 0);
}

/* None is lost: each child of GLib's that bears the name is told of. */
static void
test_many (void)
{
  Fixture fixture = { 0 };
  g_autoptr (BhChildEnds) ends = bh_child_ends_new ();

  g_signal_connect (ends, "ended", G_CALLBACK (on_ended), &fixture);
  for (guint i = 0; i < TIMES; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GSubprocess) child
          = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "sh", "-c",
                              "printf WebKitNetworkProcess > /proc/self/comm; kill -TERM $$", NULL);

      g_assert_no_error (error);
      g_subprocess_wait (child, NULL, &error);
      g_assert_no_error (error);
      /* GLib was not told less. */
      g_assert_true (g_subprocess_get_if_signaled (child));
      g_assert_cmpint (g_subprocess_get_term_sig (child), ==, SIGTERM);
    }
  wait_for (fixture.n[BH_CHILD_NETWORK] == TIMES);
  g_assert_cmpint (WTERMSIG (fixture.status[BH_CHILD_NETWORK]), ==, SIGTERM);
}

/* What waits for its children by itself is not disturbed. */
static void
test_waiting (void)
{
  g_autoptr (GError) error = NULL;
  siginfo_t info = { 0 };
  int status;
  pid_t pid;

  g_assert_true (g_spawn_command_line_sync ("sh -c 'exit 3'", NULL, NULL, &status, &error));
  g_assert_no_error (error);
  g_assert_cmpint (WEXITSTATUS (status), ==, 3);

  errno = 0;
  g_assert_cmpint (waitpid (getpid (), NULL, 0), ==, -1);
  g_assert_cmpint (errno, ==, ECHILD);

  pid = fork ();
  if (pid == 0)
    {
      pause ();
      _exit (0);
    }
  g_assert_cmpint (waitpid (pid, &status, WNOHANG), ==, 0);
  g_assert_cmpint (waitid (P_PID, (id_t) pid, &info, WEXITED | WNOHANG), ==, 0);
  g_assert_cmpint (info.si_pid, ==, 0);
  kill (pid, SIGSTOP);
  g_assert_cmpint (waitpid (pid, &status, WUNTRACED), ==, pid);
  g_assert_true (WIFSTOPPED (status));
  kill (pid, SIGKILL);
  g_assert_cmpint (waitid (P_PID, (id_t) pid, &info, WEXITED | WNOWAIT), ==, 0);
  g_assert_cmpint (info.si_pid, ==, pid);
  g_assert_cmpint (waitpid (-1, &status, 0), ==, pid);
  g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);
}

int
main (int argc, char *argv[])
{
  g_autofree char *tag = g_strdup_printf ("%d", getpid ());

  g_setenv ("BH_TEST_TAG", tag, TRUE);
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/child-ends/many", test_many);
  g_test_add_func ("/child-ends/waiting", test_waiting);
  g_test_add ("/child-ends/network", Fixture, NULL, set_up, test_network, tear_down);
  g_test_add ("/child-ends/web", Fixture, NULL, set_up, test_web, tear_down);

  return g_test_run ();
}
