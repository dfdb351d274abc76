/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-problem-page.h"

#include "web-helpers.h"

/* What stands in a page's place, and counts down to its return by a clock that the test moves. */

typedef struct
{
  BhManualClock *clock;
  GtkWidget *window;
  BhProblemPage *page;
  GtkWidget *countdown;
  GtkWidget *reload;
  GtkWidget *stay;
  guint reloads;
  guint stays;
} Fixture;

static void
count (guint *number)
{
  (*number)++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhProblem) problem = bh_problem_new_for_process (WEBKIT_WEB_PROCESS_CRASHED, "Mail");

  fixture->clock = bh_manual_clock_new ();
  fixture->window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  fixture->page = BH_PROBLEM_PAGE (bh_problem_page_new (BH_CLOCK (fixture->clock)));
  gtk_container_add (GTK_CONTAINER (fixture->window), GTK_WIDGET (fixture->page));
  gtk_widget_show (GTK_WIDGET (fixture->page));
  gtk_window_present (GTK_WINDOW (fixture->window));
  fixture->countdown = find_widget (GTK_WIDGET (fixture->page), "countdown", GTK_TYPE_LABEL);
  fixture->reload = find_widget (GTK_WIDGET (fixture->page), "reload_button", GTK_TYPE_BUTTON);
  fixture->stay = find_widget (GTK_WIDGET (fixture->page), "stay_button", GTK_TYPE_BUTTON);
  g_signal_connect_swapped (fixture->page, "reload", G_CALLBACK (count), &fixture->reloads);
  g_signal_connect_swapped (fixture->page, "stay", G_CALLBACK (count), &fixture->stays);
  bh_problem_page_show (fixture->page, problem);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_widget_destroy (fixture->window);
  /* No timer is left that would call into it. */
  bh_manual_clock_advance (fixture->clock, 3600 * 1000);
  g_assert_finalize_object (fixture->clock);
}

static void
assert_counts (Fixture *fixture, const char *text)
{
  g_assert_true (gtk_widget_is_visible (fixture->countdown));
  g_assert_true (gtk_widget_is_visible (fixture->stay));
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (fixture->countdown)), ==, text);
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (fixture->reload)), ==, "_Reload Now");
}

static void
assert_rests (Fixture *fixture)
{
  g_assert_false (gtk_widget_is_visible (fixture->countdown));
  g_assert_false (gtk_widget_is_visible (fixture->stay));
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (fixture->reload)), ==, "_Reload");
}

static void
test_countdown (Fixture *fixture, gconstpointer data)
{
  assert_rests (fixture);
  bh_problem_page_count_down (fixture->page, 2100);
  assert_counts (fixture, "The page is loaded again in 3 seconds.");
  bh_manual_clock_advance (fixture->clock, 99);
  assert_counts (fixture, "The page is loaded again in 3 seconds.");
  bh_manual_clock_advance (fixture->clock, 1);
  assert_counts (fixture, "The page is loaded again in 2 seconds.");
  bh_manual_clock_advance (fixture->clock, 1000);
  assert_counts (fixture, "The page is loaded again in 1 second.");
  bh_manual_clock_advance (fixture->clock, 999);
  g_assert_cmpuint (fixture->reloads, ==, 0);
  bh_manual_clock_advance (fixture->clock, 1);
  g_assert_cmpuint (fixture->reloads, ==, 1);
  assert_rests (fixture);
  bh_manual_clock_advance (fixture->clock, 10000);
  g_assert_cmpuint (fixture->reloads, ==, 1);
  g_assert_cmpuint (fixture->stays, ==, 0);
}

static void
test_now (Fixture *fixture, gconstpointer data)
{
  bh_problem_page_count_down (fixture->page, 0);
  g_assert_cmpuint (fixture->reloads, ==, 1);
  assert_rests (fixture);

  bh_problem_page_count_down (fixture->page, 5000);
  gtk_button_clicked (GTK_BUTTON (fixture->reload));
  g_assert_cmpuint (fixture->reloads, ==, 2);
  assert_rests (fixture);
  bh_manual_clock_advance (fixture->clock, 10000);
  g_assert_cmpuint (fixture->reloads, ==, 2);
}

static void
test_stay (Fixture *fixture, gconstpointer data)
{
  bh_problem_page_count_down (fixture->page, 5000);
  gtk_button_clicked (GTK_BUTTON (fixture->stay));
  g_assert_cmpuint (fixture->stays, ==, 1);
  assert_rests (fixture);
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (fixture->window)) == fixture->reload);
  bh_manual_clock_advance (fixture->clock, 10000);
  g_assert_cmpuint (fixture->reloads, ==, 0);

  gtk_button_clicked (GTK_BUTTON (fixture->reload));
  g_assert_cmpuint (fixture->reloads, ==, 1);
}

/* Another announcement or another problem takes the place of the one before. */
static void
test_again (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhProblem) problem = bh_problem_new_for_hang ("Mail");

  bh_problem_page_count_down (fixture->page, 1000);
  bh_problem_page_count_down (fixture->page, 3000);
  bh_manual_clock_advance (fixture->clock, 1500);
  assert_counts (fixture, "The page is loaded again in 2 seconds.");
  bh_problem_page_show (fixture->page, problem);
  assert_rests (fixture);
  bh_manual_clock_advance (fixture->clock, 10000);
  g_assert_cmpuint (fixture->reloads, ==, 0);
  /* What is left goes with the page. */
  bh_problem_page_count_down (fixture->page, 1000);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

#define ADD(name, function)                                                                        \
  g_test_add ("/problem-page/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("countdown", test_countdown);
  ADD ("now", test_now);
  ADD ("stay", test_stay);
  ADD ("again", test_again);
#undef ADD

  return g_test_run ();
}
