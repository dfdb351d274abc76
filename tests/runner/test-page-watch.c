/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-page-watch.h"

#include "web-helpers.h"

/* When a page counts as one that answers. */

#define INTERVAL 100

typedef struct
{
  Web web;
  BhPageWatch *watch;
  guint beats;
  guint answered;
  guint missed;
  guint longest; /* silence */
  guint relaxed;
  gboolean dialog; /* it was there at the last look */
  guint silence;
  guint stall; /* milliseconds to stand still in the next beat */
} Fixture;

static void
on_beat (BhPageWatch *watch, guint silence, gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->beats++;
  fixture->silence = silence;
  fixture->longest = MAX (fixture->longest, silence);
  if (silence > 0)
    fixture->missed++;
  else
    fixture->answered++;
  if (fixture->stall > 0)
    g_usleep (fixture->stall * 1000);
  fixture->stall = 0;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  GtkWidget *plain;
  BhView *view;

  web_set_up (&fixture->web);
  plain = GTK_WIDGET (fixture->web.view);
  view = bh_view_new (fixture->web.context);
  gtk_widget_destroy (plain);
  fixture->web.view = WEBKIT_WEB_VIEW (view);
  gtk_box_pack_end (GTK_BOX (fixture->web.box), GTK_WIDGET (view), TRUE, TRUE, 0);
  gtk_widget_show (GTK_WIDGET (view));
  web_write (&fixture->web, "index.html", "<!DOCTYPE html><title>t</title>");
  web_load (&fixture->web, "app://test/index.html");

  fixture->watch = bh_page_watch_new (view, INTERVAL);
  g_signal_connect (fixture->watch, "beat", G_CALLBACK (on_beat), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (fixture->watch, fixture);
  g_clear_object (&fixture->watch);
  web_tear_down (&fixture->web);
}

static void
test_hang (Fixture *fixture, gconstpointer data)
{
  wait_for (fixture->answered >= 3);

  webkit_web_view_evaluate_javascript (fixture->web.view, "for (;;);", -1, NULL, NULL, NULL, NULL,
                                       NULL);
  wait_for (fixture->silence >= 3 * INTERVAL - INTERVAL / 2);

  /* Not of that time in which nobody here would have heard it. */
  fixture->beats = 0;
  fixture->stall = 50 * INTERVAL;
  wait_for (fixture->beats >= 3);
  g_assert_cmpuint (fixture->silence, >, 0);
  g_assert_cmpuint (fixture->silence, <, 40 * INTERVAL);

  /* A page whose process is gone does not hang. */
  webkit_web_view_terminate_web_process (fixture->web.view);
  wait_for (fixture->silence == 0);
}

static gboolean
on_relax (BhPageWatch *watch, guint interval, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_cmpuint (interval, ==, 20 * INTERVAL);
  fixture->relaxed++;

  return TRUE;
}

/* One that nobody sees, and that answers, is asked much less often; one that hangs is not. */
static void
test_relaxed (Fixture *fixture, gconstpointer data)
{
  gint64 start = g_get_monotonic_time ();

  bh_page_watch_set_relaxed_interval (fixture->watch, 20 * INTERVAL);
  g_signal_connect (fixture->watch, "relax", G_CALLBACK (on_relax), fixture);
  bh_page_watch_set_relaxed (fixture->watch, TRUE);
  wait_for (fixture->relaxed >= 1);
  fixture->beats = 0;
  wait_for (fixture->relaxed >= 3);
  /* One each, unless the page took longer to answer. */
  g_assert_cmpuint (fixture->beats, >=, 2);
  g_assert_cmpuint (fixture->beats, <, 20);
  fixture->beats = 2;
  g_assert_cmpint (g_get_monotonic_time () - start, >, 35 * INTERVAL * G_TIME_SPAN_MILLISECOND);

  /* At once when it is seen. */
  bh_page_watch_set_relaxed (fixture->watch, FALSE);
  g_assert_cmpuint (fixture->beats, ==, 3);
  wait_for (fixture->beats >= 6);

  webkit_web_view_evaluate_javascript (fixture->web.view, "for (;;);", -1, NULL, NULL, NULL, NULL,
                                       NULL);
  bh_page_watch_set_relaxed (fixture->watch, TRUE);
  fixture->relaxed = fixture->missed = 0;
  wait_for (fixture->missed >= 3);
  g_assert_cmpuint (fixture->relaxed, <=, 1);
}

static gboolean
on_late (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_REMOVE;
}

/* One that sleeps is not asked, nobody is told anything, and it does not owe that time. */
static void
test_paused (Fixture *fixture, gconstpointer data)
{
  gboolean late = FALSE;

  wait_for (fixture->beats >= 2);
  bh_page_watch_set_paused (fixture->watch, TRUE);
  fixture->beats = fixture->answered = fixture->longest = 0;
  g_timeout_add (20 * INTERVAL, on_late, &late);
  wait_for (late);
  g_assert_cmpuint (fixture->beats, ==, 0);
  bh_page_watch_set_paused (fixture->watch, FALSE);
  g_assert_cmpuint (fixture->beats, ==, 1);
  wait_for (fixture->answered >= 4);
  g_assert_cmpuint (fixture->longest, <, 20 * INTERVAL);
}

static void
test_script_dialog (Fixture *fixture, gconstpointer data)
{
  WebCall call = { FALSE, NULL };

  web_start (&fixture->web, "alert ('Wait'); return 'answered';", &call);
  wait_for (bh_view_has_dialog (BH_VIEW (fixture->web.view)));
  fixture->beats = fixture->missed = 0;
  wait_for (fixture->beats >= 4);
  g_assert_cmpuint (fixture->missed, ==, 0);
  g_assert_false (call.done);

  webkit_web_view_terminate_web_process (fixture->web.view);
  wait_for (call.done);
  g_free (call.text);
}

static GtkWidget *
find_print_dialog (void)
{
  GList *toplevels = gtk_window_list_toplevels ();
  GtkWidget *found = NULL;

  for (GList *l = toplevels; l != NULL && found == NULL; l = l->next)
    if (GTK_IS_DIALOG (l->data) && gtk_widget_get_visible (l->data))
      found = l->data;
  g_list_free (toplevels);

  return found;
}

/* Runs within WebKit's own loop around the dialog. */
static gboolean
on_poll (gpointer user_data)
{
  Fixture *fixture = user_data;
  GtkWidget *dialog = find_print_dialog ();

  /* What was owed until it came does not count. */
  if (dialog == NULL || !fixture->dialog)
    fixture->beats = fixture->missed = 0;
  fixture->dialog = dialog != NULL;
  if (dialog == NULL || fixture->beats < 4)
    return G_SOURCE_CONTINUE;

  g_assert_cmpuint (fixture->missed, ==, 0);
  gtk_dialog_response (GTK_DIALOG (dialog), GTK_RESPONSE_CANCEL);

  return G_SOURCE_REMOVE;
}

static void
test_print_dialog (Fixture *fixture, gconstpointer data)
{
  WebCall call = { FALSE, NULL };
  /* GTK warns when there is no system bus that knows of printers' colours. */
  GLogLevelFlags fatal = g_log_set_always_fatal ((GLogLevelFlags) G_LOG_FATAL_MASK);

  g_timeout_add (INTERVAL / 4, on_poll, fixture);
  web_start (&fixture->web, "print (); return 'printed';", &call);
  wait_for (call.done);
  g_log_set_always_fatal (fatal);
  g_assert_cmpstr (call.text, ==, "printed");
  g_assert_cmpuint (fixture->beats, >=, 4);
  g_free (call.text);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add ("/page-watch/hang", Fixture, NULL, set_up, test_hang, tear_down);
  g_test_add ("/page-watch/relaxed", Fixture, NULL, set_up, test_relaxed, tear_down);
  g_test_add ("/page-watch/paused", Fixture, NULL, set_up, test_paused, tear_down);
  g_test_add ("/page-watch/script-dialog", Fixture, NULL, set_up, test_script_dialog, tear_down);
  g_test_add ("/page-watch/print-dialog", Fixture, NULL, set_up, test_print_dialog, tear_down);

  return g_test_run ();
}
