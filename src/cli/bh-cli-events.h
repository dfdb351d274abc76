/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-cli-command.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* More than this the service does not tell at once. */
#define BH_CLI_EVENTS_MAX_LIMIT 10000

/**
 * BhCliEventsQuery:
 * @apps: (nullable): only events of these apps
 * @kinds: (nullable): only events of these kinds
 * @since: from when, in microseconds since 1970-01-01 UTC, 0 for the beginning
 * @until: before when, 0 for now
 * @limit: how many, the latest
 * @missing: (nullable): one of @apps that is not installed
 *
 * Which events are wanted.
 */
typedef struct
{
  char **apps;
  char **kinds;
  guint64 since;
  guint64 until;
  guint limit;
  const char *missing;
} BhCliEventsQuery;

GPtrArray *bh_cli_events_ask         (GDBusConnection        *bus,
                                      const BhCliEventsQuery *query,
                                      GError                **error);
gboolean   bh_cli_events_matches     (const BhCliEventsQuery *query, GVariant *event);
gboolean   bh_cli_events_parse_span  (const BhCliCommand *command,
                                      BhCliOutput        *output,
                                      char              **since,
                                      char              **until,
                                      guint64            *begin,
                                      guint64            *end);
gboolean   bh_cli_events_resolve_app (GDBusConnection *bus, char **app, GError **error);
char      *bh_cli_events_dup_line    (GVariant *event);
void       bh_cli_events_build_json  (JsonBuilder *builder, GVariant *event);

G_END_DECLS
