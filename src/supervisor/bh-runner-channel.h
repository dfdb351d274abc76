/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-state.h"

#include <gio/gio.h>
#include <sys/types.h>

G_BEGIN_DECLS

#define BH_TYPE_RUNNER_CHANNEL (bh_runner_channel_get_type ())

G_DECLARE_FINAL_TYPE (BhRunnerChannel, bh_runner_channel, BH, RUNNER_CHANNEL, GObject)

BhRunnerChannel *bh_runner_channel_new      (GSocketConnection *stream,
                                             GVariant          *config,
                                             GError           **error);
void             bh_runner_channel_close    (BhRunnerChannel *self);
GDBusConnection *bh_runner_channel_get_connection (BhRunnerChannel *self);
pid_t bh_runner_channel_get_peer (BhRunnerChannel *self);
GDBusProxy      *bh_runner_channel_get_proxy (BhRunnerChannel *self);
void             bh_runner_channel_set_pid  (BhRunnerChannel *self, pid_t pid);
char            *bh_runner_channel_bound_title (const char *title);

void bh_runner_channel_send_close    (BhRunnerChannel *self);
void bh_runner_channel_send_activate (BhRunnerChannel *self, const char *activation_token);
void bh_runner_channel_send_load     (BhRunnerChannel *self, const char *uri);
void bh_runner_channel_send_recover  (BhRunnerChannel *self, guint delay);
void bh_runner_channel_send_responds (BhRunnerChannel *self, gboolean responds);
void bh_runner_channel_send_explain  (BhRunnerChannel *self,
                                      BhReason         reason,
                                      const char      *detail,
                                      gboolean         gave_up);

G_END_DECLS
