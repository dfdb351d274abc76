/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-lifecycle-log.h"

/*
 * The system journal's view of what happens. Each kind of event has a MESSAGE_ID, so that
 * `journalctl MESSAGE_ID=…` finds it, and the fields BULKHEAD_APP, BULKHEAD_INSTANCE and
 * BULKHEAD_REASON where they apply. What each means and what can be done about it is in
 * data/bulkhead.catalog, which `journalctl -x` shows.
 */

static const char *const message_ids[] = {
  [BH_EVENT_STARTED] = "5a3f5c0e6b0f4c6c9d0e8f8a51c0a001",
  [BH_EVENT_READY] = "5a3f5c0e6b0f4c6c9d0e8f8a51c0a002",
  [BH_EVENT_ADOPTED] = "5a3f5c0e6b0f4c6c9d0e8f8a51c0a003",
  [BH_EVENT_ENDED] = "5a3f5c0e6b0f4c6c9d0e8f8a51c0a004",
  [BH_EVENT_KILLED] = "5a3f5c0e6b0f4c6c9d0e8f8a51c0a005",
  [BH_EVENT_UNRESPONSIVE] = "5a3f5c0e6b0f4c6c9d0e8f8a51c0a006",
  [BH_EVENT_RESPONDING] = "5a3f5c0e6b0f4c6c9d0e8f8a51c0a00b",
  [BH_EVENT_LIMIT] = "5a3f5c0e6b0f4c6c9d0e8f8a51c0a007",
  [BH_EVENT_PRESSED] = "5a3f5c0e6b0f4c6c9d0e8f8a51c0a00c",
  [BH_EVENT_BACKING_OFF] = "5a3f5c0e6b0f4c6c9d0e8f8a51c0a008",
  [BH_EVENT_GAVE_UP] = "5a3f5c0e6b0f4c6c9d0e8f8a51c0a009",
  [BH_EVENT_PROCESS_ENDED] = "5a3f5c0e6b0f4c6c9d0e8f8a51c0a00a",
  [BH_EVENT_SUSPENDED] = "5a3f5c0e6b0f4c6c9d0e8f8a51c0a00d",
  [BH_EVENT_RESUMED] = "5a3f5c0e6b0f4c6c9d0e8f8a51c0a00e",
  [BH_EVENT_GROWING] = "5a3f5c0e6b0f4c6c9d0e8f8a51c0a00f",
  [BH_EVENT_LIMITS_CHANGED] = "5a3f5c0e6b0f4c6c9d0e8f8a51c0a010",
  [BH_EVENT_DATA_CLEARED] = "5a3f5c0e6b0f4c6c9d0e8f8a51c0a011",
  [BH_EVENT_SUPERVISOR_STARTED] = "5a3f5c0e6b0f4c6c9d0e8f8a51c0a012",
  [BH_EVENT_SUPERVISOR_STOPPED] = "5a3f5c0e6b0f4c6c9d0e8f8a51c0a013",
  [BH_EVENT_HISTORY_LOST] = "5a3f5c0e6b0f4c6c9d0e8f8a51c0a014",
};

G_STATIC_ASSERT (G_N_ELEMENTS (message_ids) == BH_N_EVENT_KINDS);

static void
add_field (GArray *fields, const char *key, const char *value)
{
  GLogField field = { .key = key, .value = value, .length = -1 };

  if (value != NULL)
    g_array_append_val (fields, field);
}

/**
 * bh_lifecycle_get_message_id:
 * @kind: what happened
 *
 * Returns: (transfer none): what finds such events in the system's journal
 */
const char *
bh_lifecycle_get_message_id (BhEventKind kind)
{
  g_return_val_if_fail (kind < BH_N_EVENT_KINDS, NULL);

  return message_ids[kind];
}

/**
 * bh_lifecycle_log:
 * @event: what happened, with its message
 *
 * Writes an entry to the system's journal, or to standard error where there is none.
 */
void
bh_lifecycle_log (const BhEvent *event)
{
  g_autoptr (GArray) fields = g_array_new (FALSE, FALSE, sizeof (GLogField));
  g_autofree char *message = NULL;

  g_return_if_fail (event != NULL && event->message != NULL);

  message = event->app != NULL ? g_strdup_printf ("%s: %s", event->app, event->message)
                               : g_strdup (event->message);
  add_field (fields, "PRIORITY", "5");
  add_field (fields, "GLIB_DOMAIN", G_LOG_DOMAIN);
  add_field (fields, "MESSAGE_ID", message_ids[event->kind]);
  add_field (fields, "BULKHEAD_APP", event->app);
  add_field (fields, "BULKHEAD_INSTANCE", event->instance);
  add_field (fields, "BULKHEAD_REASON", event->reason);
  add_field (fields, "MESSAGE", message);
  g_log_structured_array (G_LOG_LEVEL_MESSAGE, (GLogField *) (void *) fields->data, fields->len);
}
