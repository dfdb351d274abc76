/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-fixture.h"
#include "bh-app-control.h"

#include <locale.h>

/*
 * The client and the control where the bus knows of no supervisor: what was asked for is answered,
 * once it is known that nobody is there to ask.
 */

typedef struct
{
  BhSupervisorClient *client;
  BhAppControl *control;
  GPtrArray *failures;
} Fixture;

static void
on_failed (BhAppControl *control, const char *message, gpointer user_data)
{
  g_ptr_array_add (user_data, g_strdup (message));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);

  g_assert_no_error (error);
  fixture->client = bh_supervisor_client_new (connection);
  fixture->control = bh_app_control_new (fixture->client);
  fixture->failures = g_ptr_array_new_with_free_func (g_free);
  g_signal_connect (fixture->control, "failed", G_CALLBACK (on_failed), fixture->failures);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->control);
  g_assert_finalize_object (fixture->client);
  g_ptr_array_unref (fixture->failures);
}

static void
wait_until_unreachable (Fixture *fixture)
{
  while (bh_supervisor_client_get_state (fixture->client) != BH_CONNECTION_UNREACHABLE)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_client_says_why (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (bh_supervisor_client_get_state (fixture->client), ==, BH_CONNECTION_CONNECTING);
  wait_until_unreachable (fixture);
  g_assert_nonnull (bh_supervisor_client_get_error (fixture->client));
  g_assert_nonnull (
      strstr (bh_supervisor_client_get_error (fixture->client), "No D-Bus service file"));
  g_assert_null (bh_supervisor_client_list_apps (fixture->client));
  g_assert_null (bh_supervisor_client_get_supervisor (fixture->client));

  /* What is asked for during a try waits for how it ends. */
  bh_supervisor_client_retry (fixture->client);
  g_assert_cmpint (bh_supervisor_client_get_state (fixture->client), ==, BH_CONNECTION_CONNECTING);
  wait_until_unreachable (fixture);
}

static void
test_acts_wait_and_are_answered (Fixture *fixture, gconstpointer data)
{
  BhDBusApp1 *said;
  BhAppItem *item = make_app ("notes", "Notes", &said);

  say_running (said, 7);
  bh_app_item_set_proxy (item, NULL);
  bh_app_control_act (fixture->control, item, BH_APP_ACTION_KILL, NULL);
  bh_app_control_launch_id (fixture->control, "sketch", "token");

  /* As long as the supervisor may come, it is shown as under way. */
  g_assert_cmpint (bh_app_item_get_pending (item), ==, BH_APP_ACTION_KILL);
  g_assert_true (bh_app_control_get_busy (fixture->control));
  g_assert_cmpuint (fixture->failures->len, ==, 0);

  wait_until_unreachable (fixture);
  g_assert_cmpint (bh_app_item_get_pending (item), ==, BH_APP_ACTION_NONE);
  g_assert_false (bh_app_control_get_busy (fixture->control));
  g_assert_cmpuint (fixture->failures->len, ==, 2);
  g_assert_cmpstr (fixture->failures->pdata[0], ==,
                   "sketch could not be opened: Bulkhead’s supervisor can’t be reached.");
  g_assert_cmpstr (fixture->failures->pdata[1], ==,
                   "Notes could not be killed: Bulkhead’s supervisor can’t be reached.");

  /* And then at once. */
  bh_app_control_act (fixture->control, item, BH_APP_ACTION_RESTART, NULL);
  g_assert_cmpint (bh_app_item_get_pending (item), ==, BH_APP_ACTION_NONE);
  g_assert_cmpstr (fixture->failures->pdata[2], ==,
                   "Notes could not be restarted: Bulkhead’s supervisor can’t be reached.");

  g_assert_finalize_object (item);
}

static void
test_failures_are_told_together (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhAppItem) notes = make_app ("notes", "Notes", NULL);
  g_autoptr (BhAppItem) sketch = make_app ("sketch", "Sketch", NULL);
  g_autoptr (GList) items = NULL;

  wait_until_unreachable (fixture);
  bh_app_item_set_proxy (notes, NULL);
  bh_app_item_set_proxy (sketch, NULL);
  items = g_list_append (items, notes);
  items = g_list_append (items, sketch);
  bh_app_control_act_all (fixture->control, items, BH_APP_ACTION_SUSPEND, NULL);
  g_assert_cmpuint (fixture->failures->len, ==, 1);
  g_assert_cmpstr (fixture->failures->pdata[0], ==,
                   "These apps could not be put to sleep:\n"
                   "Notes: Bulkhead’s supervisor can’t be reached.\n"
                   "Sketch: Bulkhead’s supervisor can’t be reached.");
  bh_app_control_suspend_all (fixture->control, TRUE);
  g_assert_cmpuint (fixture->failures->len, ==, 2);
  g_assert_false (bh_app_control_get_busy (fixture->control));
}

static void
test_dropped_while_waiting (Fixture *fixture, gconstpointer data)
{
  BhAppItem *item = make_app ("notes", "Notes", NULL);

  bh_app_item_set_proxy (item, NULL);
  bh_app_control_act (fixture->control, item, BH_APP_ACTION_STOP, NULL);
  bh_app_control_launch_id (fixture->control, "sketch", NULL);

  /* The control goes in tear_down(), which checks that what waits does not keep it alive. */
  g_object_unref (item);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  gtk_test_init (&argc, &argv, NULL);

  g_test_add ("/supervisor-client/says-why", Fixture, NULL, set_up, test_client_says_why,
              tear_down);
  g_test_add ("/app-control/acts-wait-and-are-answered", Fixture, NULL, set_up,
              test_acts_wait_and_are_answered, tear_down);
  g_test_add ("/app-control/failures-are-told-together", Fixture, NULL, set_up,
              test_failures_are_told_together, tear_down);
  g_test_add ("/app-control/dropped-while-waiting", Fixture, NULL, set_up,
              test_dropped_while_waiting, tear_down);

  return g_test_run ();
}
