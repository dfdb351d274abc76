/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-journal-bus.h"

#include "bh-app-id.h"
#include "bh-dbus-public.h"

/*
 * io.github.bulkhead.Journal1, beside the service's own interface.
 */

struct _BhJournalBus
{
  GObject parent_instance;

  BhClock *clock;
  BhJournal *journal;
  BhDBusJournal1 *service;
};

enum {
  ACTIVITY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhJournalBus, bh_journal_bus, G_TYPE_OBJECT)

static void
on_recorded (BhJournal *journal, BhEvent *event, BhJournalBus *self)
{
  bh_dbus_journal1_emit_recorded (self->service, bh_event_to_variant (event));
}

static void
on_trouble (BhJournal *journal, BhJournalBus *self)
{
  bh_dbus_journal1_set_trouble (self->service, bh_journal_get_trouble (journal));
}

static GVariant *
events_to_variant (GPtrArray *events)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < events->len; i++)
    g_variant_builder_add_value (&builder, bh_event_to_variant (g_ptr_array_index (events, i)));

  return g_variant_builder_end (&builder);
}

static void
on_events_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GDBusMethodInvocation) invocation = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) events
      = bh_journal_read_events_finish (BH_JOURNAL (source), result, &error);

  if (events == NULL)
    g_dbus_method_invocation_return_gerror (g_steal_pointer (&invocation), error);
  else
    g_dbus_method_invocation_return_value (g_steal_pointer (&invocation),
                                           g_variant_new ("(@aa{sv})", events_to_variant (events)));
}

static gboolean
on_handle_get_events (BhDBusJournal1 *service,
                      GDBusMethodInvocation *invocation,
                      GVariant *options,
                      BhJournalBus *self)
{
  g_autoptr (GError) error = NULL;
  BhEventQuery *query = bh_event_query_parse (options, &error);

  g_signal_emit (self, signals[ACTIVITY], 0);
  if (query == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    bh_journal_read_events_async (self->journal, query, on_events_ready, invocation);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
on_points_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GDBusMethodInvocation) invocation = user_data;
  g_autoptr (GError) error = NULL;
  guint resolution;
  g_autoptr (GArray) points
      = bh_journal_read_points_finish (BH_JOURNAL (source), result, &resolution, &error);

  if (points == NULL)
    g_dbus_method_invocation_return_gerror (g_steal_pointer (&invocation), error);
  else
    g_dbus_method_invocation_return_value (g_steal_pointer (&invocation),
                                           g_variant_new ("(u@a(tutttddd))", resolution,
                                                          bh_points_to_variant (points)));
}

static gboolean
on_handle_get_history (BhDBusJournal1 *service,
                       GDBusMethodInvocation *invocation,
                       const char *app,
                       GVariant *options,
                       BhJournalBus *self)
{
  g_autoptr (GError) error = NULL;
  BhPointQuery *query
      = bh_point_query_parse (app, options, bh_clock_get_real_time (self->clock), &error);

  g_signal_emit (self, signals[ACTIVITY], 0);
  if (query == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    bh_journal_read_points_async (self->journal, query, on_points_ready, invocation);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
bh_journal_bus_dispose (GObject *object)
{
  BhJournalBus *self = BH_JOURNAL_BUS (object);

  if (self->journal != NULL)
    g_signal_handlers_disconnect_by_data (self->journal, self);
  g_clear_object (&self->journal);
  if (self->service != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->service, self);
      if (g_dbus_interface_skeleton_get_connection (G_DBUS_INTERFACE_SKELETON (self->service))
          != NULL)
        g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->service));
    }
  g_clear_object (&self->service);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (bh_journal_bus_parent_class)->dispose (object);
}

static void
bh_journal_bus_class_init (BhJournalBusClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_journal_bus_dispose;

  /**
   * BhJournalBus::activity:
   *
   * A client called.
   */
  signals[ACTIVITY] = g_signal_new ("activity", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_journal_bus_init (BhJournalBus *self)
{
}

/**
 * bh_journal_bus_new:
 * @clock: tells the time
 * @journal: the history, open
 * @connection: the session bus
 * @error: return location for an error
 *
 * Exports the history.
 *
 * Returns: (transfer full) (nullable): what is exported, or %NULL with an error
 */
BhJournalBus *
bh_journal_bus_new (BhClock *clock, BhJournal *journal, GDBusConnection *connection, GError **error)
{
  g_autoptr (BhJournalBus) self = g_object_new (BH_TYPE_JOURNAL_BUS, NULL);

  self->clock = g_object_ref (clock);
  self->journal = g_object_ref (journal);
  self->service = bh_dbus_journal1_skeleton_new ();
  bh_dbus_journal1_set_path (self->service, bh_journal_get_path (journal));
  on_trouble (journal, self);
  g_signal_connect (journal, "recorded", G_CALLBACK (on_recorded), self);
  g_signal_connect (journal, "trouble", G_CALLBACK (on_trouble), self);
  g_signal_connect (self->service, "handle-get-events", G_CALLBACK (on_handle_get_events), self);
  g_signal_connect (self->service, "handle-get-history", G_CALLBACK (on_handle_get_history), self);
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->service), connection,
                                         BH_SUPERVISOR_OBJECT_PATH, error))
    return NULL;

  return g_steal_pointer (&self);
}
