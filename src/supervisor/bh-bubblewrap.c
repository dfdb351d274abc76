/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-bubblewrap.h"

#include "bh-error.h"
#include "bh-text.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sys/wait.h>

/*
 * What is put around the whole tree of an app: bubblewrap, and xdg-dbus-proxy between the app and
 * each bus. Only the command lines are made here.
 *
 * The root of the app's file system is empty. Into it come the system's programs and settings,
 * read-only; the sockets and looks of the session (see bh-surroundings.c); the app's own
 * directories, at the places that they have outside; and nothing else of the user. Processes,
 * System V IPC and, if the manifest says so, the network are its own, too. WebKit puts its own
 * bubblewrap around each web process inside of this one, for which user namespaces must stay
 * possible.
 *
 * There is no --die-with-parent: an app outlives its supervisor.
 */

/* Names of the proxy's sockets. Short, for a socket's path has 107 bytes at most. */
#define SESSION_SOCKET     "s"
#define SESSION_WEB_SOCKET "s.web"
#define A11Y_SOCKET        "a"
#define A11Y_WEB_SOCKET    "a.web"
#define SYSTEM_SOCKET      "y"

#define PORTAL      "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "@/org/freedesktop/portal/desktop"
#define NETWORK     "org.freedesktop.portal.NetworkMonitor"
#define NOTICES     "org.freedesktop.Notifications"
#define NOTICE_PATH "@/org/freedesktop/Notifications"
#define FCITX       "org.freedesktop.portal.Fcitx"
#define REGISTRY    "org.a11y.atspi.Registry"

/* A message of bubblewrap's is a line. */
#define MAX_OUTPUT 400

/* What an app may say on the session bus. It is what WebKit, GTK and GLib need: the looks of the
 * desktop, the state of the network, notifications, input methods, and asking for a camera or a
 * screen, to which the portal lets the user agree. The supervisor may be woken up, nothing more.
 *
 * A rule for a name counts for all that the program behind it has on the bus. Who shows
 * notifications often is the whole desktop (plasmashell, which runs scripts for everybody), or
 * tells what others have sent (mako, dunst): so the methods are named. IBus has a program of its
 * own for confined apps. */
static const char *const session_rules[] = {
  "--call=" NOTICES "=" NOTICES ".GetCapabilities" NOTICE_PATH,
  "--call=" NOTICES "=" NOTICES ".GetServerInformation" NOTICE_PATH,
  "--call=" NOTICES "=" NOTICES ".Notify" NOTICE_PATH,
  "--call=" NOTICES "=" NOTICES ".CloseNotification" NOTICE_PATH,
  "--broadcast=" NOTICES "=" NOTICES ".*" NOTICE_PATH,
  "--talk=org.freedesktop.portal.IBus",
  "--call=" FCITX "=org.fcitx.Fcitx.InputMethod1.*",
  "--call=" FCITX "=org.fcitx.Fcitx.InputContext1.*",
  "--broadcast=" FCITX "=org.fcitx.Fcitx.InputContext1.*",
  "--call=" PORTAL "=org.freedesktop.DBus.Properties.Get" PORTAL_PATH,
  "--call=" PORTAL "=org.freedesktop.DBus.Properties.GetAll" PORTAL_PATH,
  "--call=" PORTAL "=org.freedesktop.portal.Settings.*" PORTAL_PATH,
  "--broadcast=" PORTAL "=org.freedesktop.portal.Settings.*" PORTAL_PATH,
  "--call=" PORTAL "=" NETWORK ".GetAvailable" PORTAL_PATH,
  "--call=" PORTAL "=" NETWORK ".GetConnectivity" PORTAL_PATH,
  "--call=" PORTAL "=" NETWORK ".GetMetered" PORTAL_PATH,
  "--call=" PORTAL "=" NETWORK ".GetStatus" PORTAL_PATH,
  "--broadcast=" PORTAL "=" NETWORK ".*" PORTAL_PATH,
  "--broadcast=" PORTAL "=org.freedesktop.portal.MemoryMonitor.*" PORTAL_PATH,
  "--call=" PORTAL "=org.freedesktop.portal.Camera.*" PORTAL_PATH,
  "--call=" PORTAL "=org.freedesktop.portal.ScreenCast.*" PORTAL_PATH,
  "--call=" PORTAL "=org.freedesktop.portal.Inhibit.*" PORTAL_PATH,
  "--call=" PORTAL "=org.freedesktop.portal.Request.*" PORTAL_PATH "/request/*",
  "--call=" PORTAL "=org.freedesktop.portal.Session.*" PORTAL_PATH "/session/*",
  "--broadcast=" PORTAL "=org.freedesktop.portal.Request.*" PORTAL_PATH "/request/*",
  "--broadcast=" PORTAL "=org.freedesktop.portal.Session.*" PORTAL_PATH "/session/*",
  "--call=" BH_SUPERVISOR_BUS_NAME "=org.freedesktop.DBus.Peer.Ping",
};

/* Besides that with the network. Who asks whether a name can be reached has it looked up, which
 * tells whoever serves that name what is in it. */
static const char *const network_rules[] = {
  "--call=" PORTAL "=" NETWORK ".CanReach" PORTAL_PATH,
  "--call=" PORTAL "=org.freedesktop.portal.ProxyResolver.*" PORTAL_PATH,
};

/* What WebKit lets its web processes say there (XDGDBusProxy.cpp, 2.50), but of the portal only
 * what the app itself may. */
static const char *const session_web_rules[] = {
  "--call=" PORTAL "=org.freedesktop.DBus.Properties.Get" PORTAL_PATH,
  "--call=" PORTAL "=org.freedesktop.DBus.Properties.GetAll" PORTAL_PATH,
  "--call=" PORTAL "=org.freedesktop.portal.Settings.*" PORTAL_PATH,
  "--broadcast=" PORTAL "=org.freedesktop.portal.Settings.*" PORTAL_PATH,
  "--call=" PORTAL "=org.freedesktop.portal.PowerProfileMonitor.*" PORTAL_PATH,
  "--call=" PORTAL "=org.freedesktop.portal.Realtime.*" PORTAL_PATH,
};

/* What a program needs to be read aloud, and no more of what others do: as Flatpak has it
 * (flatpak_run_add_a11y_dbus_args) and WebKit for its web processes (XDGDBusProxy.cpp). */
static const char *const a11y_rules[] = {
  "--call=" REGISTRY "=org.a11y.atspi.Socket.Embed@/org/a11y/atspi/accessible/root",
  "--call=" REGISTRY "=org.a11y.atspi.Socket.Unembed@/org/a11y/atspi/accessible/root",
  "--call=" REGISTRY "=org.a11y.atspi.Registry.GetRegisteredEvents@/org/a11y/atspi/registry",
  "--broadcast=" REGISTRY "=org.a11y.atspi.Registry.*@/org/a11y/atspi/registry",
  "--call=" REGISTRY "=org.a11y.atspi.DeviceEventController.GetKeystrokeListeners"
  "@/org/a11y/atspi/registry/deviceeventcontroller",
  "--call=" REGISTRY "=org.a11y.atspi.DeviceEventController.GetDeviceEventListeners"
  "@/org/a11y/atspi/registry/deviceeventcontroller",
  "--call=" REGISTRY "=org.a11y.atspi.DeviceEventController.NotifyListenersSync"
  "@/org/a11y/atspi/registry/deviceeventcontroller",
  "--call=" REGISTRY "=org.a11y.atspi.DeviceEventController.NotifyListenersAsync"
  "@/org/a11y/atspi/registry/deviceeventcontroller",
};

/* For the position, if the user lets a page have it. */
static const char *const system_rules[] = {
  "--talk=org.freedesktop.GeoClue2",
};

static void
add (GPtrArray *argv, const char *argument)
{
  g_ptr_array_add (argv, g_strdup (argument));
}

static void
add_bind (GPtrArray *argv, const char *how, const char *source, const char *target)
{
  add (argv, how);
  add (argv, source);
  add (argv, target);
}

static void
add_private_dir (GPtrArray *argv, const char *path)
{
  add (argv, "--perms");
  add (argv, "0700");
  add (argv, "--tmpfs");
  add (argv, path);
}

static char **
take_argv (GPtrArray *argv)
{
  g_ptr_array_add (argv, NULL);

  return (char **) g_ptr_array_free (argv, FALSE);
}

/* The system as everybody has it, and namespaces. */
static void
add_system (GPtrArray *argv, BhSurroundings *surroundings)
{
  static const char *const namespaces[]
      = { "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try" };

  for (gsize i = 0; i < G_N_ELEMENTS (namespaces); i++)
    add (argv, namespaces[i]);
  add_bind (argv, "--ro-bind", "/usr", "/usr");
  add_bind (argv, "--ro-bind", "/etc", "/etc");
  for (char **link = surroundings->links; *link != NULL; link += 2)
    add_bind (argv, "--symlink", link[0], link[1]);
  add (argv, "--proc");
  add (argv, "/proc");
  add (argv, "--dev");
  add (argv, "/dev");
  for (char **device = surroundings->devices; *device != NULL; device++)
    add_bind (argv, "--dev-bind-try", *device, *device);
}

static void
add_socket (GPtrArray *argv, const BhEnclosure *enclosure, const char *socket, const char *target)
{
  g_autofree char *source = g_build_filename (enclosure->bus_dir, socket, NULL);

  add_bind (argv, "--ro-bind", source, target);
}

/* A proxy's socket, in the place where programs look for the bus, the variable that says so, and
 * the socket for web processes beside it. */
static void
add_bus (GPtrArray *argv,
         const BhEnclosure *enclosure,
         const char *socket,
         const char *web_socket,
         const char *variable,
         const char *target)
{
  g_autofree char *web_target = g_strconcat (target, ".web", NULL);
  g_autofree char *address = g_strconcat ("unix:path=", target, NULL);

  add_socket (argv, enclosure, socket, target);
  if (web_socket != NULL)
    add_socket (argv, enclosure, web_socket, web_target);
  add_bind (argv, "--setenv", variable, address);
}

static void
add_buses (GPtrArray *argv, BhSurroundings *surroundings, const BhEnclosure *enclosure)
{
  g_autofree char *session = g_build_filename (surroundings->runtime_dir, "bus", NULL);
  g_autofree char *a11y = g_build_filename (surroundings->runtime_dir, "at-spi-bus", NULL);

  /* For WebKit, see bulkhead-bus-link.c. */
  add_bind (argv, "--ro-bind", surroundings->bus_link, surroundings->dbus_proxy);
  add_bus (argv, enclosure, SESSION_SOCKET, SESSION_WEB_SOCKET, "DBUS_SESSION_BUS_ADDRESS",
           session);
  if (*surroundings->a11y_bus != '\0')
    add_bus (argv, enclosure, A11Y_SOCKET, A11Y_WEB_SOCKET, "AT_SPI_BUS_ADDRESS", a11y);
  else
    add_bind (argv, "--setenv", "NO_AT_BRIDGE", "1");
  if (*surroundings->system_bus != '\0')
    add_bus (argv, enclosure, SYSTEM_SOCKET, NULL, "DBUS_SYSTEM_BUS_ADDRESS",
             "/run/dbus/system_bus_socket");
}

/**
 * bh_bubblewrap_build_argv:
 * @surroundings: what apps may have around them
 * @enclosure: what this one has of its own
 * @sync_fd: a descriptor to keep open as long as a process of the app lives
 * @filter_fd: where to read a filter for the app's system calls
 *
 * Returns: (transfer full): bubblewrap and its arguments, to be followed by the program to run
 */
char **
bh_bubblewrap_build_argv (BhSurroundings *surroundings,
                          const BhEnclosure *enclosure,
                          int sync_fd,
                          int filter_fd)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();

  g_return_val_if_fail (surroundings != NULL && enclosure != NULL, NULL);

  add (argv, surroundings->bwrap);
  g_ptr_array_add (argv, g_strdup ("--sync-fd"));
  g_ptr_array_add (argv, g_strdup_printf ("%d", sync_fd));
  add (argv, "--seccomp");
  g_ptr_array_add (argv, g_strdup_printf ("%d", filter_fd));
  add_system (argv, surroundings);
  if (!enclosure->network)
    add (argv, "--unshare-net");

  /* First what is empty, then what is put into it. */
  add_private_dir (argv, "/tmp");
  if (*surroundings->home != '\0' && !g_str_equal (surroundings->home, "/"))
    add_private_dir (argv, surroundings->home);
  add_private_dir (argv, surroundings->runtime_dir);
  for (char **path = surroundings->visible; *path != NULL; path++)
    add_bind (argv, "--ro-bind-try", *path, *path);
  for (char **path = surroundings->resolvers; enclosure->network && *path != NULL; path++)
    add_bind (argv, "--ro-bind-try", *path, *path);
  if (enclosure->files != NULL && *enclosure->files != '\0')
    add_bind (argv, "--ro-bind-try", enclosure->files, enclosure->files);
  add_bind (argv, "--bind", enclosure->data_dir, enclosure->data_dir);
  add_bind (argv, "--bind", enclosure->cache_dir, enclosure->cache_dir);
  add_bind (argv, "--bind", enclosure->state_dir, enclosure->state_dir);
  /* Caches of libraries (shaders, plug-ins) are the app's own and outlast a run. */
  add_bind (argv, "--setenv", "XDG_CACHE_HOME", enclosure->cache_dir);
  /* The directory and not the socket, which each supervisor makes anew. */
  add_bind (argv, "--ro-bind", enclosure->channel_dir, enclosure->channel_dir);
  add_buses (argv, surroundings, enclosure);
  add_bind (argv, "--setenv", "IBUS_USE_PORTAL", "1");
  /* GLib and GTK can't read the user's settings, which are the session's: proxies, and on Wayland
   * fonts, theme and scale. They ask the portal for them when they are told to. */
  if (surroundings->portal)
    add_bind (argv, "--setenv", "GTK_USE_PORTAL", "1");
  add (argv, "--chdir");
  add (argv, "/");
  add (argv, "--");

  return take_argv (g_steal_pointer (&argv));
}

static void
add_proxied_bus (GPtrArray *argv,
                 const BhEnclosure *enclosure,
                 const char *address,
                 const char *socket,
                 const char *const *rules,
                 gsize n_rules)
{
  add (argv, address);
  g_ptr_array_add (argv, g_build_filename (enclosure->bus_dir, socket, NULL));
  add (argv, "--filter");
  for (gsize i = 0; i < n_rules; i++)
    add (argv, rules[i]);
}

/**
 * bh_bubblewrap_build_proxy_argv:
 * @surroundings: what apps may have around them
 * @enclosure: what this one has of its own
 * @ready_fd: where the proxy writes a byte when its sockets are there; it ends when the other end
 *   is closed
 *
 * Returns: (transfer full): xdg-dbus-proxy and its arguments
 */
char **
bh_bubblewrap_build_proxy_argv (BhSurroundings *surroundings,
                                const BhEnclosure *enclosure,
                                int ready_fd)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  const char *name;

  g_return_val_if_fail (surroundings != NULL && enclosure != NULL, NULL);

  name = bh_app_id_get_desktop_id (enclosure->id);
  add (argv, surroundings->dbus_proxy);
  g_ptr_array_add (argv, g_strdup_printf ("--fd=%d", ready_fd));

  add_proxied_bus (argv, enclosure, surroundings->session_bus, SESSION_SOCKET, session_rules,
                   G_N_ELEMENTS (session_rules));
  g_ptr_array_add (argv, g_strdup_printf ("--own=%s", name));
  for (gsize i = 0; enclosure->network && i < G_N_ELEMENTS (network_rules); i++)
    add (argv, network_rules[i]);
  add_proxied_bus (argv, enclosure, surroundings->session_bus, SESSION_WEB_SOCKET,
                   session_web_rules, G_N_ELEMENTS (session_web_rules));
  /* The controls for what plays. */
  g_ptr_array_add (argv, g_strdup_printf ("--own=org.mpris.MediaPlayer2.%s.Sandboxed.*", name));

  if (*surroundings->a11y_bus != '\0')
    {
      add_proxied_bus (argv, enclosure, surroundings->a11y_bus, A11Y_SOCKET, a11y_rules,
                       G_N_ELEMENTS (a11y_rules));
      add (argv, "--sloppy-names");
      add_proxied_bus (argv, enclosure, surroundings->a11y_bus, A11Y_WEB_SOCKET, a11y_rules,
                       G_N_ELEMENTS (a11y_rules));
      add (argv, "--sloppy-names");
      /* By such a name the window finds the page that it embeds. */
      g_ptr_array_add (argv, g_strdup_printf ("--own=%s.Sandboxed.*", name));
    }
  if (*surroundings->system_bus != '\0')
    add_proxied_bus (argv, enclosure, surroundings->system_bus, SYSTEM_SOCKET, system_rules,
                     G_N_ELEMENTS (system_rules));

  return take_argv (g_steal_pointer (&argv));
}

/**
 * bh_bubblewrap_probe:
 * @surroundings: what apps may have around them
 * @error: return location for an error
 *
 * Has bubblewrap make the namespaces of an app and run nothing in them, which takes some 10 ms and
 * blocks: to be asked when an app did not start, for bubblewrap can't tell us then.
 *
 * Returns: %TRUE when it works, %FALSE with %BH_ERROR_LAUNCH_FAILED and what to do
 */
gboolean
bh_bubblewrap_probe (BhSurroundings *surroundings, GError **error)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_auto (GStrv) argv = NULL;
  g_autofree char *output = NULL;
  g_autofree char *shown = NULL;
  g_autoptr (GError) reason = NULL;
  int status = 0;

  g_return_val_if_fail (surroundings != NULL, FALSE);

  add (arguments, surroundings->bwrap);
  add_system (arguments, surroundings);
  add (arguments, "--");
  add (arguments, "/usr/bin/true");
  argv = take_argv (g_steal_pointer (&arguments));

  if (g_spawn_sync (NULL, argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &output,
                    &status, &reason)
      && WIFEXITED (status) && WEXITSTATUS (status) == 0)
    return TRUE;

  if (reason != NULL)
    shown = g_strdup (reason->message);
  else if (output != NULL && *g_strstrip (output) != '\0')
    shown = bh_text_printable (output, MAX_OUTPUT);
  g_set_error (
      error, BH_ERROR, BH_ERROR_LAUNCH_FAILED,
      _("The app can't be kept apart from your files and the other apps: %s. Bubblewrap "
        "needs user namespaces: see whether the system forbids them (sysctl "
        "kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns)."),
      shown != NULL ? shown : _("bwrap failed"));

  return FALSE;
}
