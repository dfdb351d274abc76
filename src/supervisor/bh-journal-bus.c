/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-journal-bus.h"

#include "bh-app-id.h"
#include "bh-dbus-public.h"
#include "bh-error.h"
#include "bh-lifecycle-log.h"
#include "bh-paths.h"

#include <glib/gi18n.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

/*
 * The memory of the service: io.github.bulkhead.Journal1, beside the service's own interface, with
 * the journal and the history behind it.
 */

struct _BhJournalBus
{
  GObject parent_instance;

  BhClock *clock;
  BhDefaults *defaults;
  BhJournal *journal;
  BhHistory *history;
  BhDBusJournal1 *service;
  gboolean running;
  guint sent;
  guint reading; /* requests that have not been answered */
};

enum {
  ACTIVITY,
  GROWING,
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

/* An answer of more entries is a large one, and milliseconds until it has been sent. */
#define LARGE 500
#define SENT  1000

/* Requests that may wait for an answer at once. */
#define MAX_READING 16

typedef struct
{
  BhJournalBus *bus;
  GDBusMethodInvocation *invocation;
} Call;

/* Whether one more request can be read for now. A large answer takes some 10 MiB until it is sent,
 * and many at once would keep the service from all else; the caller is told when there are too
 * many. */
static gboolean
admit (BhJournalBus *self, GDBusMethodInvocation *invocation)
{
  if (self->reading < MAX_READING)
    return TRUE;

  g_dbus_method_invocation_return_error_literal (
      invocation, BH_ERROR, BH_ERROR_FAILED,
      _("The history is being read for too many requests at "
        "once: ask again when one has been answered"));

  return FALSE;
}

static Call *
call_new (BhJournalBus *self, GDBusMethodInvocation *invocation)
{
  Call *call = g_new0 (Call, 1);

  self->reading++;
  call->bus = g_object_ref (self);
  call->invocation = invocation;

  return call;
}

static void
call_free (Call *call)
{
  call->bus->reading--;
  g_object_unref (call->bus);
  g_free (call);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

static gboolean
on_sent (gpointer user_data)
{
  BhJournalBus *self = BH_JOURNAL_BUS (user_data);

  self->sent = 0;
#ifdef __GLIBC__
  malloc_trim (0);
#endif

  return G_SOURCE_REMOVE;
}

/* What a large answer took would otherwise be kept for another one: the service is to stay small.
 */
static void
give_memory_back (BhJournalBus *self, guint entries)
{
  if (entries <= LARGE || self->clock == NULL)
    return;
  bh_clock_clear_timer (self->clock, &self->sent);
  self->sent = bh_clock_add_timer (self->clock, SENT, on_sent, self);
}

static GVariant *
events_to_variant (GPtrArray *events)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < events->len; i++)
    {
      GVariant *event = bh_event_to_variant (g_ptr_array_index (events, i));

      /* As bytes it takes a tenth of what it takes as a tree. */
      g_variant_get_data (event);
      g_variant_builder_add_value (&builder, event);
    }

  return g_variant_builder_end (&builder);
}

static void
on_events_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) events
      = bh_journal_read_events_finish (BH_JOURNAL (source), result, &error);
  GVariant *answer;
  guint count;

  if (events == NULL)
    {
      g_dbus_method_invocation_return_gerror (call->invocation, error);
      return;
    }
  count = events->len;
  answer = events_to_variant (events);
  g_clear_pointer (&events, g_ptr_array_unref);
  g_dbus_method_invocation_return_value (call->invocation, g_variant_new ("(@aa{sv})", answer));
  give_memory_back (call->bus, count);
}

static gboolean
on_handle_get_events (BhDBusJournal1 *service,
                      GDBusMethodInvocation *invocation,
                      GVariant *options,
                      BhJournalBus *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BhEventQuery) query = bh_event_query_parse (options, &error);

  g_signal_emit (self, signals[ACTIVITY], 0);
  if (query == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else if (admit (self, invocation))
    bh_journal_read_events_async (self->journal, g_steal_pointer (&query), on_events_ready,
                                  call_new (self, invocation));

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
return_points (GDBusMethodInvocation *invocation, guint resolution, GArray *points)
{
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(u@a(tutttddd))", resolution,
                                                                    bh_points_to_variant (points)));
}

static void
on_points_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  guint resolution;
  g_autoptr (GArray) points
      = bh_journal_read_points_finish (BH_JOURNAL (source), result, &resolution, &error);

  if (points == NULL)
    {
      g_dbus_method_invocation_return_gerror (call->invocation, error);
      return;
    }
  return_points (call->invocation, resolution, points);
  give_memory_back (call->bus, points->len);
}

static gboolean
on_handle_get_history (BhDBusJournal1 *service,
                       GDBusMethodInvocation *invocation,
                       const char *app,
                       GVariant *options,
                       BhJournalBus *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) seconds = NULL;
  g_autoptr (BhPointQuery) query
      = bh_point_query_parse (app, options, bh_clock_get_real_time (self->clock), &error);

  g_signal_emit (self, signals[ACTIVITY], 0);
  if (query == NULL)
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  seconds = bh_history_read (self->history, query);
  if (seconds != NULL)
    return_points (invocation, BH_RESOLUTION_SECOND, seconds);
  else if (admit (self, invocation))
    bh_journal_read_points_async (self->journal, g_steal_pointer (&query), on_points_ready,
                                  call_new (self, invocation));

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
bh_journal_bus_dispose (GObject *object)
{
  BhJournalBus *self = BH_JOURNAL_BUS (object);

  if (self->journal != NULL)
    g_signal_handlers_disconnect_by_data (self->journal, self);
  g_clear_object (&self->journal);
  if (self->history != NULL)
    g_signal_handlers_disconnect_by_data (self->history, self);
  g_clear_object (&self->history);
  if (self->defaults != NULL)
    g_signal_handlers_disconnect_by_data (self->defaults, self);
  g_clear_object (&self->defaults);
  if (self->service != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->service, self);
      if (g_dbus_interface_skeleton_get_connection (G_DBUS_INTERFACE_SKELETON (self->service))
          != NULL)
        g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->service));
    }
  g_clear_object (&self->service);
  if (self->clock != NULL)
    bh_clock_clear_timer (self->clock, &self->sent);
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

  /**
   * BhJournalBus::growing:
   * @self: the history
   * @app: an app's id
   * @growth: by how many bytes an hour its instance grows, or 0 for none
   * @news: whether nobody was told of it yet
   *
   * As BhHistory::growing.
   */
  signals[GROWING]
      = g_signal_new ("growing", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_UINT64, G_TYPE_BOOLEAN);
}

static void
bh_journal_bus_init (BhJournalBus *self)
{
}

static void
update_history (BhJournalBus *self)
{
  gboolean recording = bh_defaults_get_record_history (self->defaults);

  bh_journal_set_recording (self->journal, recording);
  bh_history_set_active (self->history, self->running && recording);
}

static void
on_defaults_changed (BhDefaults *defaults, BhJournalBus *self)
{
  update_history (self);
}

static void
on_growing (BhHistory *history, const char *app, guint64 growth, gboolean news, BhJournalBus *self)
{
  g_signal_emit (self, signals[GROWING], 0, app, growth, news);
}

static void
record (BhJournalBus *self, BhEventKind kind)
{
  g_autoptr (BhEvent) event = bh_event_new (kind, bh_clock_get_real_time (self->clock));

  event->message = bh_event_describe (event);
  bh_lifecycle_log (event);
  bh_journal_record (self->journal, event);
}

/**
 * bh_journal_bus_new:
 * @clock: time and timers
 * @defaults: whether a history is kept
 * @connection: the session bus
 * @measure: (scope forever): measures what runs, and hands that to bh_journal_bus_take(), too
 * @user_data: for @measure; not referenced
 * @error: return location for an error
 *
 * Makes the history and exports it. It is not read or written before bh_journal_bus_open().
 *
 * Returns: (transfer full) (nullable): the history, or %NULL with an error
 */
BhJournalBus *
bh_journal_bus_new (BhClock *clock,
                    BhDefaults *defaults,
                    GDBusConnection *connection,
                    BhMeasure measure,
                    gpointer user_data,
                    GError **error)
{
  g_autoptr (BhJournalBus) self = g_object_new (BH_TYPE_JOURNAL_BUS, NULL);
  g_autofree char *path = bh_paths_dup_history ();

  self->clock = g_object_ref (clock);
  self->defaults = g_object_ref (defaults);
  self->journal = bh_journal_new (clock, path);
  self->history = bh_history_new (clock, self->journal, measure, user_data);
  self->service = bh_dbus_journal1_skeleton_new ();
  bh_dbus_journal1_set_path (self->service, path);
  bh_dbus_journal1_set_trouble (self->service, "");
  g_signal_connect (self->journal, "recorded", G_CALLBACK (on_recorded), self);
  g_signal_connect (self->journal, "trouble", G_CALLBACK (on_trouble), self);
  g_signal_connect (self->history, "growing", G_CALLBACK (on_growing), self);
  g_signal_connect (self->service, "handle-get-events", G_CALLBACK (on_handle_get_events), self);
  g_signal_connect (self->service, "handle-get-history", G_CALLBACK (on_handle_get_history), self);
  g_signal_connect (defaults, "changed", G_CALLBACK (on_defaults_changed), self);
  update_history (self);
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->service), connection,
                                         BH_SUPERVISOR_OBJECT_PATH, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * bh_journal_bus_open:
 * @self: a history, of a service that owns the bus name
 *
 * Begins to read and write the file. Before the name is ours, it may be another's.
 */
void
bh_journal_bus_open (BhJournalBus *self)
{
  g_return_if_fail (BH_IS_JOURNAL_BUS (self));

  bh_journal_open (self->journal);
  record (self, BH_EVENT_SUPERVISOR_STARTED);
}

/**
 * bh_journal_bus_close:
 * @self: a history
 *
 * Writes what is not written yet. As soon as the bus name is given up the file is the successor's.
 */
void
bh_journal_bus_close (BhJournalBus *self)
{
  g_return_if_fail (BH_IS_JOURNAL_BUS (self));

  if (!bh_journal_is_open (self->journal))
    return;
  bh_history_set_active (self->history, FALSE);
  record (self, BH_EVENT_SUPERVISOR_STOPPED);
  bh_journal_close (self->journal);
}

/**
 * bh_journal_bus_set_running:
 * @self: a history
 * @running: whether an app runs
 *
 * As long as one does, what it costs is kept.
 */
void
bh_journal_bus_set_running (BhJournalBus *self, gboolean running)
{
  g_return_if_fail (BH_IS_JOURNAL_BUS (self));

  self->running = running;
  update_history (self);
}

/**
 * bh_journal_bus_take:
 * @self: a history
 * @figures: what was just measured of a running instance, for whom ever
 *
 * Takes a sample.
 */
void
bh_journal_bus_take (BhJournalBus *self, const BhFigures *figures)
{
  g_return_if_fail (BH_IS_JOURNAL_BUS (self));

  bh_history_take (self->history, figures);
}

/**
 * bh_journal_bus_get_journal:
 * @self: a history
 *
 * Returns: (transfer none): what events are recorded in
 */
BhJournal *
bh_journal_bus_get_journal (BhJournalBus *self)
{
  g_return_val_if_fail (BH_IS_JOURNAL_BUS (self), NULL);

  return self->journal;
}
