/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-app-id.h"
#include "bh-journal-client.h"

#include <locale.h>

/*
 * The client against an object on the bus that answers when the test wants it to, as a slow disk
 * would.
 */

typedef struct
{
  GDBusConnection *connection;
  GDBusObjectManagerServer *manager;
  BhDBusSupervisor1 *supervisor;
  BhDBusJournal1 *journal;
  BhSupervisorClient *client;
  BhJournalClient *history;
  GPtrArray *invocations;
  guint owner_id;
  guint n_answers;
  guint n_errors;
  gboolean owned;
} Fixture;

static gboolean
on_watch (BhDBusSupervisor1 *supervisor, GDBusMethodInvocation *invocation, guint interval)
{
  bh_dbus_supervisor1_complete_watch (supervisor, invocation);

  return TRUE;
}

static gboolean
on_get_history (BhDBusJournal1 *journal,
                GDBusMethodInvocation *invocation,
                const char *app,
                GVariant *options,
                Fixture *self)
{
  g_ptr_array_add (self->invocations, invocation);

  return TRUE;
}

static void
on_owned (GDBusConnection *connection, const char *name, gpointer user_data)
{
  ((Fixture *) user_data)->owned = TRUE;
}

static void
on_history_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BhHistorySeries) memory = NULL;
  g_autoptr (BhHistorySeries) cpu = NULL;
  gsize n_memory, n_cpu;

  if (!bh_journal_client_get_history_finish (BH_JOURNAL_CLIENT (source), result, &memory, &cpu,
                                             &error))
    {
      self->n_errors++;
      return;
    }

  bh_history_series_get_points (memory, &n_memory);
  bh_history_series_get_points (cpu, &n_cpu);
  g_assert_cmpuint (bh_history_series_get_resolution (memory), ==, 60);
  g_assert_cmpuint (n_memory, ==, 2);
  /* What was not measured is no zero. */
  g_assert_cmpuint (n_cpu, ==, 1);
  self->n_answers++;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->invocations = g_ptr_array_new ();
  self->connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_assert_nonnull (self->connection);
  self->manager = g_dbus_object_manager_server_new (BH_SUPERVISOR_OBJECT_PATH);
  g_dbus_object_manager_server_set_connection (self->manager, self->connection);
  self->supervisor = bh_dbus_supervisor1_skeleton_new ();
  g_signal_connect (self->supervisor, "handle-watch", G_CALLBACK (on_watch), NULL);
  self->journal = bh_dbus_journal1_skeleton_new ();
  g_signal_connect (self->journal, "handle-get-history", G_CALLBACK (on_get_history), self);
  g_assert_true (g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->supervisor),
                                                   self->connection, BH_SUPERVISOR_OBJECT_PATH,
                                                   NULL));
  g_assert_true (g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->journal),
                                                   self->connection, BH_SUPERVISOR_OBJECT_PATH,
                                                   NULL));
  self->owner_id
      = g_bus_own_name_on_connection (self->connection, BH_SUPERVISOR_BUS_NAME,
                                      G_BUS_NAME_OWNER_FLAGS_NONE, on_owned, NULL, self, NULL);
  while (!self->owned)
    g_main_context_iteration (NULL, TRUE);
  self->client = bh_supervisor_client_new (self->connection);
  self->history = bh_journal_client_new (self->client);
  while (!bh_journal_client_get_ready (self->history))
    g_main_context_iteration (NULL, TRUE);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_finalize_object (G_OBJECT (self->history));
  g_object_unref (self->client);
  g_bus_unown_name (self->owner_id);
  g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->journal));
  g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->supervisor));
  g_object_unref (self->journal);
  g_object_unref (self->supervisor);
  g_object_unref (self->manager);
  g_ptr_array_unref (self->invocations);
  g_object_unref (self->connection);
}

static void
ask (Fixture *self, const char *app, GCancellable *cancellable)
{
  bh_journal_client_get_history (self->history, app, 1000, 60, cancellable, on_history_ready, self);
}

static void
wait_for_calls (Fixture *self, guint n)
{
  while (self->invocations->len < n)
    g_main_context_iteration (NULL, TRUE);
}

static void
answer (Fixture *self, guint i)
{
  GVariantBuilder points;

  g_variant_builder_init (&points, G_VARIANT_TYPE ("a(tutttddd)"));
  g_variant_builder_add (&points, "(tutttddd)", G_GUINT64_CONSTANT (60000000), 60,
                         G_GUINT64_CONSTANT (1), G_GUINT64_CONSTANT (2), G_GUINT64_CONSTANT (3),
                         -1.0, -1.0, -1.0);
  g_variant_builder_add (&points, "(tutttddd)", G_GUINT64_CONSTANT (120000000), 60,
                         G_GUINT64_CONSTANT (1), G_GUINT64_CONSTANT (2), G_GUINT64_CONSTANT (3),
                         0.0, 0.5, 1.0);
  bh_dbus_journal1_complete_get_history (self->journal, g_ptr_array_index (self->invocations, i),
                                         60, g_variant_builder_end (&points));
}

/* Who asks the same while it is asked already gets the same answer. */
static void
test_coalesced (Fixture *self, gconstpointer data)
{
  ask (self, "mail", NULL);
  ask (self, "mail", NULL);
  ask (self, "other", NULL);
  ask (self, "mail", NULL);
  wait_for_calls (self, 2);
  answer (self, 0);
  answer (self, 1);
  while (self->n_answers < 4)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (self->invocations->len, ==, 2);

  /* Once it is answered it is asked anew. */
  ask (self, "mail", NULL);
  wait_for_calls (self, 3);
  answer (self, 2);
  while (self->n_answers < 5)
    g_main_context_iteration (NULL, TRUE);
}

/* One who does not want it any more takes it from nobody else. */
static void
test_cancelled (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  ask (self, "mail", cancellable);
  ask (self, "mail", NULL);
  wait_for_calls (self, 1);
  g_cancellable_cancel (cancellable);
  answer (self, 0);
  while (self->n_answers < 1 || self->n_errors < 1)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_refused (Fixture *self, gconstpointer data)
{
  ask (self, "mail", NULL);
  wait_for_calls (self, 1);
  g_dbus_method_invocation_return_dbus_error (g_ptr_array_index (self->invocations, 0),
                                              "io.github.bulkhead.Error.Failed", "No disk");
  while (self->n_errors < 1)
    g_main_context_iteration (NULL, TRUE);
}

/* What is under way when the service ends is answered, too. */
static void
test_gone (Fixture *self, gconstpointer data)
{
  ask (self, "mail", NULL);
  wait_for_calls (self, 1);
  g_bus_unown_name (self->owner_id);
  self->owned = FALSE;
  while (self->n_errors < 1 || bh_journal_client_get_ready (self->history))
    g_main_context_iteration (NULL, TRUE);
  ask (self, "mail", NULL);
  while (self->n_errors < 2)
    g_main_context_iteration (NULL, TRUE);
  answer (self, 0);

  self->owner_id
      = g_bus_own_name_on_connection (self->connection, BH_SUPERVISOR_BUS_NAME,
                                      G_BUS_NAME_OWNER_FLAGS_NONE, on_owned, NULL, self, NULL);
  while (!bh_journal_client_get_ready (self->history))
    g_main_context_iteration (NULL, TRUE);
  ask (self, "mail", NULL);
  wait_for_calls (self, 2);
  answer (self, 1);
  while (self->n_answers < 1)
    g_main_context_iteration (NULL, TRUE);
}

static BhJournalEvent *
parse (const char *text)
{
  g_autoptr (GVariant) event = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, NULL);

  g_assert_nonnull (event);

  return bh_journal_event_new (event);
}

static void
test_events (void)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (BhJournalEvent) empty = parse ("@a{sv} {}");
  g_autoptr (BhJournalEvent) newer = parse ("{'kind': <'flooded'>, 'reason': <'leak'>}");
  g_autoptr (BhJournalEvent) odd = parse ("{'kind': <7>, 'time': <'now'>, 'message': <@as []>}");
  g_autoptr (BhJournalEvent) ended
      = parse ("{'number': <uint64 9>, 'time': <uint64 1795631382143883>, 'app': <'mail'>,"
               " 'kind': <'ended'>, 'reason': <'crashed'>, 'message': <'It crashed'>,"
               " 'memory': <uint64 1048576>, 'uptime': <90.5>, 'cpu-time': <uint64 2000000>}");
  g_autofree char *line = bh_journal_event_dup_line (ended, utc);
  g_autofree char *none = bh_journal_event_dup_figures (empty);

  g_assert_cmpint (bh_journal_event_get_symbol (ended), ==, BH_EVENT_SYMBOL_CRASH);
  g_assert_true (bh_journal_event_is_mark (ended));
  g_assert_cmpuint (bh_journal_event_get_number (ended), ==, 9);
  g_assert_cmpstr (line, ==,
                   "2026-11-25 18:29:42+00:00\tCrashed\tIt crashed\t"
                   "after 1 min 30 s · 1.0\u00a0MiB of memory · 2 s of CPU time");
  g_assert_cmpstr (none, ==, "");
  g_assert_false (bh_journal_event_is_mark (empty));
  /* A newer service's kind is shown as it is. */
  g_assert_cmpstr (bh_journal_event_get_title (newer), ==, "flooded");
  g_assert_cmpint (bh_journal_event_get_symbol (newer), ==, BH_EVENT_SYMBOL_OTHER);
  g_assert_cmpstr (bh_journal_event_get_kind (odd), ==, "");
  g_assert_cmpint (bh_journal_event_get_time (odd), ==, 0);
  g_assert_cmpstr (bh_journal_event_get_text (odd), ==, "");
}

int
main (int argc, char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/journal-client/events", test_events);
  g_test_add ("/journal-client/coalesced", Fixture, NULL, set_up, test_coalesced, tear_down);
  g_test_add ("/journal-client/cancelled", Fixture, NULL, set_up, test_cancelled, tear_down);
  g_test_add ("/journal-client/refused", Fixture, NULL, set_up, test_refused, tear_down);
  g_test_add ("/journal-client/gone", Fixture, NULL, set_up, test_gone, tear_down);

  return g_test_run ();
}
