/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-item.h"
#include "bh-sample-watch.h"

G_BEGIN_DECLS

/**
 * BhConnectionState:
 * @BH_CONNECTION_CONNECTING: the supervisor is being started or asked for its apps
 * @BH_CONNECTION_CONNECTED: the apps are known and followed
 * @BH_CONNECTION_UNREACHABLE: there is no supervisor; it is tried again now and then
 *
 * How the shell and the supervisor stand.
 */
typedef enum {
  BH_CONNECTION_CONNECTING,
  BH_CONNECTION_CONNECTED,
  BH_CONNECTION_UNREACHABLE,
} BhConnectionState;

#define BH_TYPE_CONNECTION_STATE (bh_connection_state_get_type ())
GType bh_connection_state_get_type (void) G_GNUC_CONST;

#define BH_TYPE_SUPERVISOR_CLIENT (bh_supervisor_client_get_type ())
G_DECLARE_FINAL_TYPE (BhSupervisorClient, bh_supervisor_client, BH, SUPERVISOR_CLIENT, GObject)

BhSupervisorClient *bh_supervisor_client_new (GDBusConnection *connection);

BhConnectionState bh_supervisor_client_get_state    (BhSupervisorClient *self);
const char       *bh_supervisor_client_get_error    (BhSupervisorClient *self);
gboolean          bh_supervisor_client_get_sampling (BhSupervisorClient *self);
void              bh_supervisor_client_set_sampling (BhSupervisorClient *self, gboolean sampling);
void              bh_supervisor_client_hold_sampling    (BhSupervisorClient *self);
void              bh_supervisor_client_release_sampling (BhSupervisorClient *self);
void              bh_supervisor_client_set_focus    (BhSupervisorClient *self,
                                                     gpointer            owner,
                                                     BhAppItem          *item);
void              bh_supervisor_client_retry        (BhSupervisorClient *self);

BhDBusSupervisor1 *bh_supervisor_client_get_supervisor (BhSupervisorClient *self);
BhSampleWatch     *bh_supervisor_client_get_watch      (BhSupervisorClient *self);
GList             *bh_supervisor_client_list_apps      (BhSupervisorClient *self);
BhAppItem         *bh_supervisor_client_lookup_app     (BhSupervisorClient *self, const char *path);

G_END_DECLS
