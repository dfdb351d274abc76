/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-lifecycle-log.h"

/*
 * The journal's view of an app's life. Each kind of event has a MESSAGE_ID, so that
 * `journalctl MESSAGE_ID=…` finds it, and the fields BULKHEAD_APP and BULKHEAD_INSTANCE.
 */

static const char *const message_ids[] = {
  [BH_LIFECYCLE_SPAWNED] = "5a3f5c0e6b0f4c6c9d0e8f8a51c0a001",
  [BH_LIFECYCLE_READY] = "5a3f5c0e6b0f4c6c9d0e8f8a51c0a002",
  [BH_LIFECYCLE_ADOPTED] = "5a3f5c0e6b0f4c6c9d0e8f8a51c0a003",
  [BH_LIFECYCLE_ENDED] = "5a3f5c0e6b0f4c6c9d0e8f8a51c0a004",
  [BH_LIFECYCLE_KILLED] = "5a3f5c0e6b0f4c6c9d0e8f8a51c0a005",
  [BH_LIFECYCLE_UNRESPONSIVE] = "5a3f5c0e6b0f4c6c9d0e8f8a51c0a006",
  [BH_LIFECYCLE_LIMIT] = "5a3f5c0e6b0f4c6c9d0e8f8a51c0a007",
  [BH_LIFECYCLE_BACKED_OFF] = "5a3f5c0e6b0f4c6c9d0e8f8a51c0a008",
  [BH_LIFECYCLE_GAVE_UP] = "5a3f5c0e6b0f4c6c9d0e8f8a51c0a009",
  [BH_LIFECYCLE_PROCESS_ENDED] = "5a3f5c0e6b0f4c6c9d0e8f8a51c0a00a",
};

/**
 * bh_lifecycle_log:
 * @event: what happened
 * @app: the app's id
 * @instance: the instance's random name
 * @format: the message, in the manner of printf()
 * @...: for @format
 *
 * Writes an entry to the journal, or to standard error where there is none.
 */
void
bh_lifecycle_log (BhLifecycle event, const char *app, const char *instance, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  g_return_if_fail (event < G_N_ELEMENTS (message_ids));

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);

  g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "MESSAGE_ID", message_ids[event],
                    "BULKHEAD_APP", app, "BULKHEAD_INSTANCE", instance, "MESSAGE", "%s: %s", app,
                    message);
}
