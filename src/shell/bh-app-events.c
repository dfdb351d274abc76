/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-app-events.h"

/*
 * What happened to one app, as far back as somebody wanted to see it, and what happens to it now.
 * Graphs and lists show the same array, which is never changed: news make another one.
 */

#define PAGE 500

struct _BhAppEvents
{
  GObject parent_instance;

  BhJournalClient *journal;
  char *app;
  GCancellable *cancellable;
  GPtrArray *list;
  gboolean loaded;
  gboolean older;
  gboolean loading_older;
  char *error;
};

enum {
  CHANGED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhAppEvents, bh_app_events, G_TYPE_OBJECT)

static GPtrArray *
dup_list (GPtrArray *list)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify) bh_journal_event_unref);

  for (guint i = 0; i < list->len; i++)
    g_ptr_array_add (copy, bh_journal_event_ref (g_ptr_array_index (list, i)));

  return copy;
}

static gboolean
has_number (GPtrArray *list, guint64 number)
{
  for (guint i = list->len; i > 0; i--)
    if (bh_journal_event_get_number (g_ptr_array_index (list, i - 1)) == number)
      return TRUE;

  return FALSE;
}

static void
take_list (BhAppEvents *self, GPtrArray *list)
{
  g_ptr_array_unref (self->list);
  self->list = list;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
set_error (BhAppEvents *self, GError *error)
{
  g_free (self->error);
  self->error = error != NULL ? g_strdup (error->message) : NULL;
}

static void
on_latest_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) latest
      = bh_journal_client_get_events_finish (BH_JOURNAL_CLIENT (source), result, &error);
  BhAppEvents *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self = BH_APP_EVENTS (user_data);
  self->loaded = TRUE;
  set_error (self, error);
  if (latest == NULL)
    {
      g_signal_emit (self, signals[CHANGED], 0);
      return;
    }

  self->older = latest->len >= PAGE;
  /* What was recorded while the answer was on its way. */
  for (guint i = 0; i < self->list->len; i++)
    {
      BhJournalEvent *event = g_ptr_array_index (self->list, i);

      if (latest->len == 0
          || bh_journal_event_get_number (event)
                 > bh_journal_event_get_number (g_ptr_array_index (latest, latest->len - 1)))
        g_ptr_array_add (latest, bh_journal_event_ref (event));
    }
  take_list (self, g_steal_pointer (&latest));
}

static void
on_older_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) older
      = bh_journal_client_get_events_finish (BH_JOURNAL_CLIENT (source), result, &error);
  BhAppEvents *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self = BH_APP_EVENTS (user_data);
  self->loading_older = FALSE;
  set_error (self, error);
  if (older == NULL)
    {
      g_signal_emit (self, signals[CHANGED], 0);
      return;
    }

  self->older = older->len >= PAGE;
  for (guint i = 0; i < self->list->len; i++)
    {
      BhJournalEvent *event = g_ptr_array_index (self->list, i);

      if (!has_number (older, bh_journal_event_get_number (event)))
        g_ptr_array_add (older, bh_journal_event_ref (event));
    }
  take_list (self, g_steal_pointer (&older));
}

static void
on_recorded (BhJournalClient *journal, BhJournalEvent *event, BhAppEvents *self)
{
  g_autoptr (GPtrArray) list = NULL;

  if (!g_str_equal (bh_journal_event_get_app (event), self->app)
      || has_number (self->list, bh_journal_event_get_number (event)))
    return;

  list = dup_list (self->list);
  g_ptr_array_add (list, bh_journal_event_ref (event));
  take_list (self, g_steal_pointer (&list));
}

static GPtrArray *
list_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) bh_journal_event_unref);
}

static void
load (BhAppEvents *self)
{
  if (!bh_journal_client_get_ready (self->journal))
    return;

  /* A service that was killed has not written down all that it told, and the next one counts on
   * from what was. Nobody is told before there is an answer, so that nothing flickers. */
  g_ptr_array_unref (self->list);
  self->list = list_new ();
  bh_journal_client_get_events (self->journal, self->app, 0, PAGE, self->cancellable,
                                on_latest_ready, self);
}

static void
on_ready_changed (BhJournalClient *journal, GParamSpec *pspec, BhAppEvents *self)
{
  load (self);
}

static void
bh_app_events_dispose (GObject *object)
{
  BhAppEvents *self = BH_APP_EVENTS (object);

  g_cancellable_cancel (self->cancellable);
  if (self->journal != NULL)
    g_signal_handlers_disconnect_by_data (self->journal, self);
  g_clear_object (&self->journal);

  G_OBJECT_CLASS (bh_app_events_parent_class)->dispose (object);
}

static void
bh_app_events_finalize (GObject *object)
{
  BhAppEvents *self = BH_APP_EVENTS (object);

  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->list);
  g_free (self->app);
  g_free (self->error);

  G_OBJECT_CLASS (bh_app_events_parent_class)->finalize (object);
}

static void
bh_app_events_class_init (BhAppEventsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_app_events_dispose;
  object_class->finalize = bh_app_events_finalize;

  /**
   * BhAppEvents::changed:
   *
   * There are others than before, or it is known now that there are none.
   */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_app_events_init (BhAppEvents *self)
{
  self->cancellable = g_cancellable_new ();
  self->list = list_new ();
}

/**
 * bh_app_events_new:
 * @journal: whom to ask
 * @app: an app's id
 *
 * Returns: (transfer full): the app's events, which are being fetched
 */
BhAppEvents *
bh_app_events_new (BhJournalClient *journal, const char *app)
{
  BhAppEvents *self = g_object_new (BH_TYPE_APP_EVENTS, NULL);

  g_return_val_if_fail (BH_IS_JOURNAL_CLIENT (journal) && app != NULL, self);

  self->journal = g_object_ref (journal);
  self->app = g_strdup (app);
  g_signal_connect (journal, "recorded", G_CALLBACK (on_recorded), self);
  g_signal_connect (journal, "notify::ready", G_CALLBACK (on_ready_changed), self);
  load (self);

  return self;
}

/**
 * bh_app_events_get_list:
 * @self: an app's events
 *
 * Returns: (transfer none) (element-type BhJournalEvent): the events, the oldest first; it is never
 *   changed
 */
GPtrArray *
bh_app_events_get_list (BhAppEvents *self)
{
  g_return_val_if_fail (BH_IS_APP_EVENTS (self), NULL);

  return self->list;
}

/**
 * bh_app_events_get_loaded:
 * @self: an app's events
 *
 * Returns: whether there was an answer
 */
gboolean
bh_app_events_get_loaded (BhAppEvents *self)
{
  g_return_val_if_fail (BH_IS_APP_EVENTS (self), FALSE);

  return self->loaded;
}

/**
 * bh_app_events_get_older:
 * @self: an app's events
 *
 * Returns: whether there may be older ones to be loaded
 */
gboolean
bh_app_events_get_older (BhAppEvents *self)
{
  g_return_val_if_fail (BH_IS_APP_EVENTS (self), FALSE);

  return self->older && !self->loading_older;
}

/**
 * bh_app_events_get_error:
 * @self: an app's events
 *
 * Returns: (transfer none) (nullable): why they can't be had, for people
 */
const char *
bh_app_events_get_error (BhAppEvents *self)
{
  g_return_val_if_fail (BH_IS_APP_EVENTS (self), NULL);

  return self->error;
}

/**
 * bh_app_events_load_older:
 * @self: an app's events
 *
 * Fetches those before the first.
 */
void
bh_app_events_load_older (BhAppEvents *self)
{
  g_return_if_fail (BH_IS_APP_EVENTS (self));

  if (!bh_app_events_get_older (self) || self->list->len == 0)
    return;

  self->loading_older = TRUE;
  bh_journal_client_get_events (self->journal, self->app,
                                bh_journal_event_get_time (g_ptr_array_index (self->list, 0)) + 1,
                                PAGE, self->cancellable, on_older_ready, self);
}
