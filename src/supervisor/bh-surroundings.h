/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define BH_TYPE_SURROUNDINGS (bh_surroundings_get_type ())

typedef struct _BhSurroundings BhSurroundings;

/**
 * BhSurroundings:
 * @bwrap: the path of bubblewrap
 * @dbus_proxy: the path of xdg-dbus-proxy
 * @bus_link: the path of bulkhead-bus-link
 * @home: the user's home, or "" when there is none of the user's own
 * @runtime_dir: XDG_RUNTIME_DIR
 * @links: pairs of a symbolic link's text and its place, such as "usr/bin", "/bin"
 * @visible: what an app may read, and the sockets that it may connect to
 * @resolvers: the same for an app that may use the network: what looks up names there
 * @devices: what an app may use in /dev
 * @session_bus: the session bus's address
 * @a11y_bus: the accessibility bus's address, or "" when there is none
 * @system_bus: the system bus's address, or "" when there is none
 * @portal: whether there is a desktop portal to ask for the desktop's settings
 *
 * What of this machine and of the user's session an app may have around it. Not changed once it is
 * made.
 */
struct _BhSurroundings
{
  char *bwrap;
  char *dbus_proxy;
  char *bus_link;
  char *home;
  char *runtime_dir;
  char **links;
  char **visible;
  char **resolvers;
  char **devices;
  char *session_bus;
  char *a11y_bus;
  char *system_bus;
  gboolean portal;
};

GType           bh_surroundings_get_type      (void) G_GNUC_CONST;
void            bh_surroundings_look_async    (GDBusConnection    *connection,
                                               const char         *gate_path,
                                               const char         *runner_path,
                                               GCancellable       *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer            user_data);
BhSurroundings *bh_surroundings_look_finish   (GAsyncResult *result, GError **error);
BhSurroundings *bh_surroundings_ref           (BhSurroundings *self);
void            bh_surroundings_unref         (BhSurroundings *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhSurroundings, bh_surroundings_unref)

G_END_DECLS
