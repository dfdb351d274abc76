/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-surroundings.h"

#include "bh-config.h"
#include "bh-error.h"
#include "bh-text.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Looks at the machine and the session for what an app needs of them: where its windows appear,
 * where its sound goes, which buses there are, what makes its windows look like the others. Nothing
 * is decided here that depends on the app; how it is all put around an app is bh-bubblewrap.c's.
 *
 * Each look takes the session as it is now: displays, buses and cameras come and go while the
 * supervisor lives.
 */

#define A11Y_NAME      "org.a11y.Bus"
#define A11Y_PATH      "/org/a11y/bus"
#define A11Y_INTERFACE "org.a11y.Bus"
/* Milliseconds that a desktop may take to start its accessibility bus. */
#define A11Y_TIMEOUT 5000

#define PORTAL_NAME "org.freedesktop.portal.Desktop"

#define SYSTEM_BUS "unix:path=/run/dbus/system_bus_socket"
/* Beside the gate, wherever that is. */
#define BUS_LINK "bulkhead-bus-link"

#define X11_DIR "/tmp/.X11-unix"

/* A message of bubblewrap's is a line. */
#define MAX_OUTPUT 400

/* Programs that are installed at the root of the file system, on systems that have not merged
 * /usr; symbolic links on all others. */
static const char *const root_dirs[] = { "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32" };

/* Below the home: fonts and looks. Of GTK's directory not all, since it has the user's bookmarks,
 * too. */
static const char *const home_files[] = {
  ".config/gtk-3.0/settings.ini",
  ".config/gtk-3.0/gtk.css",
  ".config/fontconfig",
  ".fonts",
  ".fonts.conf",
  ".icons",
  ".themes",
  ".local/share/fonts",
  ".local/share/icons",
  ".local/share/themes",
};

/* What data directories outside of /usr have for everybody. The apps in them are left out. */
static const char *const data_subdirs[]
    = { "fonts", "glib-2.0/schemas", "icons", "locale", "mime", "themes" };

/* Sockets, caches and what describes the hardware. */
static const char *const system_files[] = {
  "/sys/block",
  "/sys/bus",
  "/sys/class",
  "/sys/dev",
  "/sys/devices",
  "/run/cups/cups.sock",
  "/var/cache/fontconfig",
  "/var/lib/ca-certificates",
};

/* Graphics; WebKit gives its web processes the same (BubblewrapLauncher.cpp, 2.50). */
static const char *const device_files[] = {
  "/dev/dri",       "/dev/mali",           "/dev/mali0",      "/dev/umplock",
  "/dev/nvidiactl", "/dev/nvidia-modeset", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools",
};

G_DEFINE_BOXED_TYPE (BhSurroundings, bh_surroundings, bh_surroundings_ref, bh_surroundings_unref)

static gboolean
is_below (const char *path, const char *directory)
{
  gsize length = strlen (directory);

  return g_str_has_prefix (path, directory) && (path[length] == '/' || path[length] == '\0');
}

static void
add_if_there (GPtrArray *paths, char *path)
{
  if (g_path_is_absolute (path) && g_access (path, F_OK) == 0)
    g_ptr_array_add (paths, path);
  else
    g_free (path);
}

static void
add_all (GPtrArray *paths, const char *directory, const char *const *names, gsize n_names)
{
  for (gsize i = 0; i < n_names; i++)
    add_if_there (paths, g_build_filename (directory, names[i], NULL));
}

static void
look_for_root_dirs (BhSurroundings *self, GPtrArray *links, GPtrArray *visible)
{
  for (gsize i = 0; i < G_N_ELEMENTS (root_dirs); i++)
    {
      g_autofree char *target = g_file_read_link (root_dirs[i], NULL);

      if (target != NULL)
        {
          g_ptr_array_add (links, g_steal_pointer (&target));
          g_ptr_array_add (links, g_strdup (root_dirs[i]));
        }
      else
        {
          add_if_there (visible, g_strdup (root_dirs[i]));
        }
    }
}

/* Where Bulkhead and its runner are installed when it is not in /usr. */
static void
look_for_programs (GPtrArray *visible, const char *runner_path)
{
  const char *const installed[] = { BH_LIBEXECDIR, BH_LOCALEDIR, BH_PKGDATADIR };

  for (gsize i = 0; i < G_N_ELEMENTS (installed); i++)
    if (!is_below (installed[i], "/usr"))
      add_if_there (visible, g_strdup (installed[i]));
  if (!is_below (runner_path, "/usr") && !is_below (runner_path, BH_LIBEXECDIR))
    add_if_there (visible, g_strdup (runner_path));
}

static void
look_for_data (GPtrArray *visible)
{
  const char *const *dirs = g_get_system_data_dirs ();

  for (; *dirs != NULL; dirs++)
    if (!is_below (*dirs, "/usr"))
      add_all (visible, *dirs, data_subdirs, G_N_ELEMENTS (data_subdirs));
}

/* DNS: a link that leads to where a service writes it. The directory, for the file is replaced by
 * another when the network changes. The service's socket may be there, too, as that of the name
 * service's cache is. */
static void
look_for_resolvers (GPtrArray *visible)
{
  g_autofree char *path = realpath ("/etc/resolv.conf", NULL);

  add_if_there (visible, g_strdup ("/run/nscd"));
  if (path != NULL && is_below (path, "/run") && !g_str_equal (path, "/run/resolv.conf"))
    add_if_there (visible, g_path_get_dirname (path));
  else if (path != NULL && !is_below (path, "/etc") && !is_below (path, "/usr"))
    add_if_there (visible, g_strdup (path));
}

static void
look_for_x11 (GPtrArray *visible)
{
  const char *display = g_getenv ("DISPLAY");
  const char *authority = g_getenv ("XAUTHORITY");
  const char *colon = display != NULL ? strchr (display, ':') : NULL;
  g_autofree char *name = NULL;

  /* A display on another machine is reached over the network. */
  if (colon == NULL || !g_ascii_isdigit (colon[1])
      || !(colon == display || g_str_has_prefix (display, "unix:")))
    return;

  name = g_strdup_printf ("X%" G_GUINT64_FORMAT, g_ascii_strtoull (colon + 1, NULL, 10));
  add_if_there (visible, g_build_filename (X11_DIR, name, NULL));
  if (authority != NULL && *authority != '\0')
    add_if_there (visible, g_strdup (authority));
  else
    add_if_there (visible, g_build_filename (g_get_home_dir (), ".Xauthority", NULL));
}

static void
look_for_wayland (GPtrArray *visible)
{
  const char *display = g_getenv ("WAYLAND_DISPLAY");

  if (display == NULL || *display == '\0')
    return;
  if (g_path_is_absolute (display))
    add_if_there (visible, g_strdup (display));
  else if (strchr (display, '/') == NULL)
    add_if_there (visible, g_build_filename (g_get_user_runtime_dir (), display, NULL));
}

/* PulseAudio, or PipeWire where it stands in for it. PipeWire's own socket also leads to cameras
 * and screens. */
static void
look_for_sound (GPtrArray *visible)
{
  const char *server = g_getenv ("PULSE_SERVER");

  if (server != NULL && g_str_has_prefix (server, "unix:"))
    add_if_there (visible, g_strdup (server + strlen ("unix:")));
  add_if_there (visible, g_build_filename (g_get_user_runtime_dir (), "pulse", "native", NULL));
  add_if_there (visible, g_build_filename (g_get_user_config_dir (), "pulse", "cookie", NULL));
}

/* Cameras, and the many devices of Nvidia's driver, have numbers. */
static void
look_for_devices (GPtrArray *devices)
{
  static const char *const prefixes[] = { "video", "media", "nvidia" };
  g_autoptr (GDir) dir = g_dir_open ("/dev", 0, NULL);
  const char *name;

  add_all (devices, "/", device_files, G_N_ELEMENTS (device_files));
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++)
      if (g_str_has_prefix (name, prefixes[i]) && g_ascii_isdigit (name[strlen (prefixes[i])]))
        add_if_there (devices, g_build_filename ("/dev", name, NULL));
}

static char **
take_strings (GPtrArray *strings)
{
  g_ptr_array_add (strings, NULL);

  return (char **) g_ptr_array_free (strings, FALSE);
}

static void
look_at_files (BhSurroundings *self, const char *runner_path)
{
  g_autoptr (GPtrArray) links = g_ptr_array_new ();
  g_autoptr (GPtrArray) visible = g_ptr_array_new ();
  g_autoptr (GPtrArray) resolvers = g_ptr_array_new ();
  g_autoptr (GPtrArray) devices = g_ptr_array_new ();

  look_for_root_dirs (self, links, visible);
  add_all (visible, "/", system_files, G_N_ELEMENTS (system_files));
  look_for_programs (visible, runner_path);
  look_for_data (visible);
  add_all (visible, g_get_home_dir (), home_files, G_N_ELEMENTS (home_files));
  look_for_resolvers (resolvers);
  look_for_x11 (visible);
  look_for_wayland (visible);
  look_for_sound (visible);
  look_for_devices (devices);

  self->links = take_strings (g_steal_pointer (&links));
  self->visible = take_strings (g_steal_pointer (&visible));
  self->resolvers = take_strings (g_steal_pointer (&resolvers));
  self->devices = take_strings (g_steal_pointer (&devices));
}

static char *
find_program (const char *name, GError **error)
{
  char *path = g_find_program_in_path (name);

  if (path == NULL)
    g_set_error (error, BH_ERROR, BH_ERROR_LAUNCH_FAILED,
                 _("“%s” is not installed, and without it an app can't be kept apart from your "
                   "files and the other apps. Install it and start the app again."),
                 name);

  return path;
}

static void
on_address_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  BhSurroundings *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;

  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (g_task_return_error_if_cancelled (task))
    return;

  if (reply != NULL)
    g_variant_get (reply, "(s)", &self->a11y_bus);
  else
    g_debug ("There is no accessibility bus: %s", error->message);
  if (self->a11y_bus == NULL)
    self->a11y_bus = g_strdup ("");
  g_task_return_pointer (task, bh_surroundings_ref (self), (GDestroyNotify) bh_surroundings_unref);
}

static void
on_names_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  BhSurroundings *self = g_task_get_task_data (task);
  const char *a11y_bus = g_getenv ("AT_SPI_BUS_ADDRESS");
  g_autofree const char **names = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;

  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (g_task_return_error_if_cancelled (task))
    return;

  if (reply != NULL)
    {
      g_variant_get (reply, "(^a&s)", &names);
      self->portal = g_strv_contains (names, PORTAL_NAME);
    }
  if (a11y_bus == NULL && g_getenv ("NO_AT_BRIDGE") != NULL)
    a11y_bus = "";
  if (a11y_bus != NULL)
    {
      self->a11y_bus = g_strdup (a11y_bus);
      g_task_return_pointer (task, bh_surroundings_ref (self),
                             (GDestroyNotify) bh_surroundings_unref);
      return;
    }
  g_dbus_connection_call (G_DBUS_CONNECTION (source), A11Y_NAME, A11Y_PATH, A11Y_INTERFACE,
                          "GetAddress", NULL, G_VARIANT_TYPE ("(s)"), G_DBUS_CALL_FLAGS_NONE,
                          A11Y_TIMEOUT, g_task_get_cancellable (task), on_address_ready,
                          g_object_ref (task));
}

static gboolean
has_system_bus (void)
{
  return g_getenv ("DBUS_SYSTEM_BUS_ADDRESS") != NULL
         || g_access (SYSTEM_BUS + strlen ("unix:path="), F_OK) == 0;
}

static char *
dup_address (GBusType bus)
{
  return g_dbus_address_get_for_bus_sync (bus, NULL, NULL);
}

/**
 * bh_surroundings_look_async:
 * @connection: the session bus
 * @gate_path: the absolute path of bulkhead-gate
 * @runner_path: the absolute path of bulkhead-runner
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when all is known
 * @user_data: for @callback
 *
 * Looks at the machine and at the session.
 */
void
bh_surroundings_look_async (GDBusConnection *connection,
                            const char *gate_path,
                            const char *runner_path,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;
  BhSurroundings *self;
  g_autofree char *programs = NULL;

  g_return_if_fail (G_IS_DBUS_CONNECTION (connection));
  g_return_if_fail (gate_path != NULL && g_path_is_absolute (gate_path));
  g_return_if_fail (runner_path != NULL && g_path_is_absolute (runner_path));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, bh_surroundings_look_async);
  self = g_atomic_rc_box_new0 (BhSurroundings);
  g_task_set_task_data (task, self, (GDestroyNotify) bh_surroundings_unref);

  self->bwrap = find_program ("bwrap", &error);
  if (self->bwrap != NULL)
    self->dbus_proxy = find_program ("xdg-dbus-proxy", &error);
  if (error != NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  programs = g_path_get_dirname (gate_path);
  self->bus_link = g_build_filename (programs, BUS_LINK, NULL);
  self->home = g_strdup (g_path_is_absolute (g_get_home_dir ()) ? g_get_home_dir () : "");
  self->runtime_dir = g_strdup (g_get_user_runtime_dir ());
  self->session_bus = dup_address (G_BUS_TYPE_SESSION);
  self->system_bus = has_system_bus () ? dup_address (G_BUS_TYPE_SYSTEM) : NULL;
  if (self->session_bus == NULL)
    self->session_bus = g_strdup ("");
  if (self->system_bus == NULL)
    self->system_bus = g_strdup ("");
  look_at_files (self, runner_path);

  g_dbus_connection_call (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", "ListActivatableNames", NULL,
                          G_VARIANT_TYPE ("(as)"), G_DBUS_CALL_FLAGS_NONE, -1, cancellable,
                          on_names_ready, g_steal_pointer (&task));
}

/**
 * bh_surroundings_look_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): what an app may have around it, or %NULL with
 *   %BH_ERROR_LAUNCH_FAILED when what keeps apps apart is not installed
 */
BhSurroundings *
bh_surroundings_look_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, bh_surroundings_look_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * bh_surroundings_ref:
 * @self: surroundings
 *
 * Returns: (transfer full): @self
 */
BhSurroundings *
bh_surroundings_ref (BhSurroundings *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
surroundings_clear (gpointer data)
{
  BhSurroundings *self = data;

  g_free (self->bwrap);
  g_free (self->dbus_proxy);
  g_free (self->bus_link);
  g_free (self->home);
  g_free (self->runtime_dir);
  g_strfreev (self->links);
  g_strfreev (self->visible);
  g_strfreev (self->resolvers);
  g_strfreev (self->devices);
  g_free (self->session_bus);
  g_free (self->a11y_bus);
  g_free (self->system_bus);
}

/**
 * bh_surroundings_unref:
 * @self: (transfer full): surroundings
 */
void
bh_surroundings_unref (BhSurroundings *self)
{
  g_atomic_rc_box_release_full (self, surroundings_clear);
}
