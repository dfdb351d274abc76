/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-webkit-leftovers.h"

#include "bh-process-scanner.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/*
 * Files that WebKit leaves in XDG_RUNTIME_DIR, which lives in memory and lasts as long as the
 * session. Its sandbox makes, for each page and each D-Bus proxy,
 *
 *   .flatpak/webkit-<PID of the runner>-<number>/bwrapinfo.json    and never removes it;
 *   webkitgtk/bus-proxy-<random>, webkitgtk/a11y-proxy-<random>    and removes them when it ends,
 *                                                                  but not when it is killed.
 *
 * The first tell whose they are. The sockets do not: those that nobody has bound any more are
 * removed, whosesoever they were, as nobody can have a use for them.
 */

#define INFO_DIR   ".flatpak"
#define INFO_FILE  "bwrapinfo.json"
#define SOCKET_DIR "webkitgtk"

static void
remove_info (const char *runtime_dir, const BhProcessKey *runner)
{
  g_autofree char *path = g_build_filename (runtime_dir, INFO_DIR, NULL);
  g_autofree char *prefix = g_strdup_printf ("webkit-%d-", (int) runner->pid);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  BhProcStat stat;

  if (dir == NULL)
    return;
  /* Another process has the number by now, and may use another WebKit. */
  if (bh_process_read_stat (runner->pid, &stat) && stat.start_time != runner->start_time)
    return;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, prefix))
      {
        g_autofree char *folder = g_build_filename (path, name, NULL);
        g_autofree char *file = g_build_filename (folder, INFO_FILE, NULL);

        g_unlink (file);
        g_rmdir (folder);
      }
}

/* A proxy binds its socket first and listens then: only who asks the kernel as well as the socket
 * does not take one in between for dead. */
static gboolean
is_bound (const char *table, const char *path)
{
  gsize length = strlen (path);

  for (const char *found = table; (found = strstr (found, path)) != NULL; found += length)
    if (found > table && found[-1] == ' ' && (found[length] == '\n' || found[length] == '\0'))
      return TRUE;

  return FALSE;
}

static gboolean
refuses (const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  gboolean refused;
  int fd;

  if (strlen (path) >= sizeof address.sun_path)
    return FALSE;
  strcpy (address.sun_path, path);
  fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0)
    return FALSE;
  refused = connect (fd, (struct sockaddr *) &address, sizeof address) < 0 && errno == ECONNREFUSED;
  close (fd);

  return refused;
}

static void
remove_sockets (const char *runtime_dir)
{
  g_autofree char *folder = g_build_filename (runtime_dir, SOCKET_DIR, NULL);
  g_autofree char *table = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  if (dir == NULL || !g_file_get_contents ("/proc/net/unix", &table, NULL, NULL))
    return;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = NULL;
      GStatBuf info;

      if (!g_str_has_prefix (name, "bus-proxy-") && !g_str_has_prefix (name, "a11y-proxy-"))
        continue;
      path = g_build_filename (folder, name, NULL);
      if (g_lstat (path, &info) == 0 && S_ISSOCK (info.st_mode) && !is_bound (table, path)
          && refuses (path))
        g_unlink (path);
    }
}

/**
 * bh_webkit_leftovers_remove:
 * @runtime_dir: XDG_RUNTIME_DIR
 * @runner: a runner that is gone with all its processes
 *
 * Removes what WebKit has left of it.
 */
void
bh_webkit_leftovers_remove (const char *runtime_dir, const BhProcessKey *runner)
{
  g_return_if_fail (runtime_dir != NULL && runner != NULL);

  remove_info (runtime_dir, runner);
  remove_sockets (runtime_dir);
}
