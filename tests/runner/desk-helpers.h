/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-desk-client.h"
#include "bh-desk.h"
#include "bh-manifest.h"
#include "bh-paths.h"

#include <sys/socket.h>

/* The supervisor's real desk at the other end of a real channel, in the test's own process. */

typedef struct
{
  BhClock *clock;
  BhDesk *desk;
  GDBusConnection *connection;
  BhChannel *channel;
  BhDeskClient *client;
} DeskFixture;

static inline GSocketConnection *
desk_open_stream (int fd)
{
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, NULL);

  g_assert_nonnull (socket);

  return g_socket_connection_factory_create_connection (socket);
}

static inline void
desk_set_up (DeskFixture *self)
{
  static guint instances;
  g_autofree char *instance = g_strdup_printf ("instance%u", instances++);
  g_autofree char *outgoing = NULL;
  g_autofree char *directory = NULL;
  g_autofree char *cache = NULL;
  g_autoptr (GSocketConnection) stream = NULL;
  g_autoptr (BhManifest) manifest = NULL;
  g_autoptr (GError) error = NULL;
  const char *text = "{\"startup_app\": {\"uuid\": \"test\", \"url\": \"app:///index.html\"}}";
  int fds[2];

  manifest = bh_manifest_new_from_data (text, -1, &error);
  g_assert_no_error (error);
  cache = bh_paths_dup_cache_dir (bh_manifest_get_id (manifest));
  g_assert_cmpint (g_mkdir_with_parents (cache, 0700), ==, 0);
  self->clock = bh_clock_new ();
  self->desk = bh_desk_new (self->clock, NULL, bh_manifest_get_id (manifest), instance, text,
                            g_getenv ("BH_TEST_CHOOSER"));
  bh_desk_prepare (self->desk, &error);
  g_assert_no_error (error);

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  stream = desk_open_stream (fds[0]);
  self->connection
      = g_dbus_connection_new_sync (G_IO_STREAM (stream), NULL,
                                    G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING, NULL, NULL,
                                    &error);
  g_assert_no_error (error);
  bh_desk_serve (self->desk, self->connection, &error);
  g_assert_no_error (error);
  g_dbus_connection_start_message_processing (self->connection);

  self->channel = bh_channel_new_take_fd ("test", fds[1], &error);
  g_assert_no_error (error);
  directory = bh_paths_dup_desk_dir (bh_manifest_get_id (manifest), instance);
  outgoing = g_build_filename (directory, BH_DESK_OUTGOING, NULL);
  self->client = bh_desk_client_new (self->channel, outgoing);
}

static inline void
desk_tear_down (DeskFixture *self)
{
  g_object_unref (self->client);
  g_object_unref (self->channel);
  bh_desk_close (self->desk);
  bh_desk_sweep (self->desk);
  g_object_unref (self->desk);
  g_object_unref (self->connection);
  g_object_unref (self->clock);
}
