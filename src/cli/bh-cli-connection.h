/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* How long an answer may take that needs no work, in milliseconds. It includes that the service
 * has to be started first. */
#define BH_CLI_QUERY_TIMEOUT (25 * 1000)

/* How long something may take that is done to an app: longer than the service's own deadlines
 * (grace time and kill), so that its message arrives, which says what is left, and not ours. */
#define BH_CLI_ACTION_TIMEOUT (90 * 1000)

GDBusConnection *bh_cli_connection_open         (GError **error);
void             bh_cli_connection_explain      (GError **error);
GError          *bh_cli_connection_no_such_app  (GDBusConnection *bus, const char *id);
GPtrArray       *bh_cli_connection_list_apps    (GDBusConnection *bus, GError **error);
GVariant        *bh_cli_connection_find_app     (GDBusConnection *bus,
                                                 const char *id,
                                                 GError **error);
gboolean         bh_cli_connection_call_app     (GDBusConnection *bus,
                                                 const char *id,
                                                 const char *method,
                                                 GVariant   *parameters,
                                                 GError    **error);
GVariant        *bh_cli_connection_ask_app      (GDBusConnection *bus,
                                                 const char *id,
                                                 const char *method,
                                                 GVariant   *parameters,
                                                 const char *reply_type,
                                                 int         timeout,
                                                 GError    **error);
GVariant        *bh_cli_connection_ask_service  (GDBusConnection *bus,
                                                 const char *interface,
                                                 const char *method,
                                                 GVariant   *parameters,
                                                 const char *reply_type,
                                                 int         timeout,
                                                 GError    **error);
GVariant        *bh_cli_connection_sample       (GDBusConnection *bus, GError **error);
gboolean         bh_cli_connection_has_service  (GDBusConnection *bus);
char            *bh_cli_connection_peek_version (GDBusConnection *bus, int timeout);

void bh_cli_connection_sort_apps (GPtrArray *apps, const char *name_key, const char *id_key);

G_END_DECLS
