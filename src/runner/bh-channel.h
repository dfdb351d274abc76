/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-dbus-private.h"
#include "bh-suspension.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define BH_TYPE_CHANNEL (bh_channel_get_type ())

G_DECLARE_FINAL_TYPE (BhChannel, bh_channel, BH, CHANNEL, GObject)

BhChannel *bh_channel_new_take_fd (const char *slug, int fd, GError **error);

GVariant *bh_channel_hello (BhChannel *self, GError **error);

GDBusConnection *bh_channel_get_connection (BhChannel *self);
BhDBusRunner1   *bh_channel_get_runner     (BhChannel *self);
BhDBusRunnerHost1 *bh_channel_get_host     (BhChannel *self);

void bh_channel_ready                 (BhChannel *self);
void bh_channel_painted               (BhChannel *self);
void bh_channel_set_title             (BhChannel *self, const char *title);
void bh_channel_heartbeat             (BhChannel *self, guint page_silence);
gboolean bh_channel_heartbeat_relaxed (BhChannel *self, guint interval);
gboolean bh_channel_want_resume       (BhChannel *self);
void bh_channel_set_activities        (BhChannel *self, BhActivities activities);
void bh_channel_set_traffic           (BhChannel *self, guint64 received, guint64 sent);
void bh_channel_want_to_wait          (BhChannel *self);
void bh_channel_web_process_ended     (BhChannel *self, const char *reason, int status);
void bh_channel_network_process_ended (BhChannel *self, int status);
void bh_channel_web_process_recovered (BhChannel *self);
void bh_channel_recovery_cancelled    (BhChannel *self);
void bh_channel_failed                (BhChannel *self, const char *message);
void bh_channel_closing               (BhChannel *self, const char *reason);

char *bh_channel_cut_title (const char *title);

G_END_DECLS
