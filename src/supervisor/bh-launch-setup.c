/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-launch-setup.h"

#include "bh-error.h"
#include "bh-heartbeat.h"
#include "bh-paths.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * What must stand before a runner is started: its directories, the lock on its profile, its end of
 * the channel, and the answer to its Hello.
 */

/**
 * bh_launch_setup_random_name:
 * @bytes: how many random bytes, at most 32
 *
 * Returns: (transfer full): the bytes from the kernel's generator, in hexadecimal digits
 */
char *
bh_launch_setup_random_name (guint bytes)
{
  guint8 buffer[32];
  GString *name = g_string_new (NULL);

  g_return_val_if_fail (bytes > 0 && bytes <= sizeof buffer, NULL);

  /* Up to 256 bytes are never cut short nor interrupted once the generator is ready (getrandom(2)),
   * which it is long before there is a session. */
  if (getrandom (buffer, bytes, 0) != (gssize) bytes)
    g_error ("The kernel's random generator failed: %s", g_strerror (errno));
  for (guint i = 0; i < bytes; i++)
    g_string_append_printf (name, "%02x", buffer[i]);

  return g_string_free (name, FALSE);
}

static gboolean
make_directory (const char *path, GError **error)
{
  int code;

  if (g_mkdir_with_parents (path, 0700) == 0 && g_access (path, W_OK | X_OK) == 0)
    return TRUE;

  code = errno;
  g_set_error (error, BH_ERROR, BH_ERROR_LAUNCH_FAILED,
               _("The app's directory “%s” can't be used: %s. See who owns it and whether its disk "
                 "is full or read-only."),
               path, g_strerror (code));

  return FALSE;
}

/**
 * bh_launch_setup_directories:
 * @id: an app
 * @error: return location for an error
 *
 * Makes the app's own directories for data, cache and state, mode 0700.
 *
 * Returns: %TRUE when all are there and can be written to, %FALSE with %BH_ERROR_LAUNCH_FAILED
 */
gboolean
bh_launch_setup_directories (BhAppId *id, GError **error)
{
  g_autofree char *data = bh_paths_dup_data_dir (id);
  g_autofree char *cache = bh_paths_dup_cache_dir (id);
  g_autofree char *state = bh_paths_dup_state_dir (id);

  return make_directory (data, error) && make_directory (cache, error)
         && make_directory (state, error);
}

/**
 * bh_launch_setup_lock_profile:
 * @id: an app whose directories exist
 * @error: return location for an error
 *
 * Locks the app's profile. The lock is the runner's: it is held by the descriptor that the runner
 * inherits and ends with the runner, whatever becomes of the supervisor. So no two runners ever
 * write to one profile, not even those of two sessions.
 *
 * Returns: (transfer full): a descriptor, or -1 with %BH_ERROR_LAUNCH_FAILED
 */
int
bh_launch_setup_lock_profile (BhAppId *id, GError **error)
{
  g_autofree char *data = bh_paths_dup_data_dir (id);
  g_autofree char *path = g_build_filename (data, BH_PROFILE_LOCK, NULL);
  int code;
  int fd;

  fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) == 0)
    return fd;

  code = errno;
  if (fd >= 0)
    close (fd);
  if (code == EWOULDBLOCK)
    g_set_error (error, BH_ERROR, BH_ERROR_LAUNCH_FAILED,
                 _("“%s” is running already, in another session of yours. Close it there first."),
                 bh_app_id_get_uuid (id));
  else
    g_set_error (error, BH_ERROR, BH_ERROR_LAUNCH_FAILED,
                 _("“%s” can't be locked: %s. See whether its disk is full or read-only."), path,
                 g_strerror (code));

  return -1;
}

/**
 * bh_launch_setup_channel:
 * @config: what the runner's Hello is answered with
 * @runner_fd: (out): the runner's end, which closes on exec
 * @error: return location for an error
 *
 * Makes a private channel.
 *
 * Returns: (transfer full) (nullable): our end, or %NULL with %BH_ERROR_LAUNCH_FAILED
 */
BhRunnerChannel *
bh_launch_setup_channel (GVariant *config, int *runner_fd, GError **error)
{
  g_autoptr (GVariant) owned = NULL;
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocketConnection) stream = NULL;
  g_autoptr (GError) reason = NULL;
  BhRunnerChannel *channel = NULL;
  int fds[2];

  g_return_val_if_fail (config != NULL && runner_fd != NULL, NULL);

  owned = g_variant_ref_sink (config);
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
    {
      int code = errno;

      g_set_error (error, BH_ERROR, BH_ERROR_LAUNCH_FAILED,
                   _("No channel to the app can be made: %s"), g_strerror (code));
      return NULL;
    }

  socket = g_socket_new_from_fd (fds[0], &reason);
  if (socket == NULL)
    {
      close (fds[0]);
    }
  else
    {
      stream = g_socket_connection_factory_create_connection (socket);
      channel = bh_runner_channel_new (stream, owned, &reason);
    }
  if (channel == NULL)
    {
      close (fds[1]);
      g_set_error (error, BH_ERROR, BH_ERROR_LAUNCH_FAILED,
                   _("No channel to the app can be made: %s"), reason->message);
      return NULL;
    }
  *runner_fd = fds[1];

  return channel;
}

/**
 * bh_launch_setup_build_config:
 * @id: the app
 * @record: the instance
 * @name: the app's name, for people
 * @files: the directory that app:// serves, or ""
 * @uri: a page to show instead of the first one, or ""
 * @activation_token: for the first window, or ""
 * @beginning: what the run begins for
 * @socket: where a new supervisor listens
 * @limits: what the app may use
 *
 * Returns: (transfer floating): what RunnerHost1.Hello answers
 */
GVariant *
bh_launch_setup_build_config (BhAppId *id,
                              BhInstanceRecord *record,
                              const char *name,
                              const char *files,
                              const char *uri,
                              const char *activation_token,
                              BhBeginning beginning,
                              const char *socket,
                              BhLimits *limits)
{
  g_auto (GVariantDict) config = G_VARIANT_DICT_INIT (NULL);
  g_autofree char *data = bh_paths_dup_data_dir (id);
  g_autofree char *cache = bh_paths_dup_cache_dir (id);
  g_autofree char *state = bh_paths_dup_state_dir (id);
  g_autofree char *desk = bh_paths_dup_desk_dir (id, record->instance);
  g_autofree char *outgoing = g_build_filename (desk, BH_DESK_OUTGOING, NULL);

  g_variant_dict_insert (&config, "id", "s", bh_app_id_get_uuid (id));
  g_variant_dict_insert (&config, "slug", "s", bh_app_id_get_slug (id));
  g_variant_dict_insert (&config, "name", "s", name);
  g_variant_dict_insert (&config, "instance", "s", record->instance);
  g_variant_dict_insert (&config, "manifest", "s", record->manifest);
  g_variant_dict_insert (&config, "manifest-path", "s", record->manifest_path);
  g_variant_dict_insert (&config, "files", "s", files);
  g_variant_dict_insert (&config, "data", "s", data);
  g_variant_dict_insert (&config, "cache", "s", cache);
  g_variant_dict_insert (&config, "state", "s", state);
  g_variant_dict_insert (&config, "outgoing", "s", outgoing);
  g_variant_dict_insert (&config, "uri", "s", uri);
  g_variant_dict_insert (&config, "activation-token", "s", activation_token);
  g_variant_dict_insert (&config, "beginning", "s", bh_beginning_to_string (beginning));
  g_variant_dict_insert (&config, "socket", "s", socket);
  g_variant_dict_insert (&config, "token", "s", record->token);
  g_variant_dict_insert (&config, "heartbeat", "u", bh_heartbeat_get_interval (record->patience));
  g_variant_dict_insert (&config, "memory", "t", bh_limits_get_memory (limits));
  g_variant_dict_insert (&config, "memory-high", "t", bh_limits_get_memory_high (limits));

  return g_variant_dict_end (&config);
}
