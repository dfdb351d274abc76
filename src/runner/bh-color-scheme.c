/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-color-scheme.h"

/*
 * Makes the windows dark when the desktop is: GTK 3 by itself knows only themes, and the desktops'
 * switch for dark is newer. The portal tells how it stands and when it changes. WebKit follows
 * GTK, so that pages learn of it by `prefers-color-scheme`.
 */

#define PORTAL_NAME      "org.freedesktop.portal.Desktop"
#define PORTAL_PATH      "/org/freedesktop/portal/desktop"
#define PORTAL_INTERFACE "org.freedesktop.portal.Settings"
#define NAMESPACE        "org.freedesktop.appearance"
#define KEY              "color-scheme"
#define PREFER_DARK      1
#define PROPERTY         "gtk-application-prefer-dark-theme"

struct _BhColorScheme
{
  GObject parent_instance;

  GDBusConnection *bus;
  GtkSettings *settings;
  GCancellable *cancellable;
  guint subscription;
};

G_DEFINE_FINAL_TYPE (BhColorScheme, bh_color_scheme, G_TYPE_OBJECT)

static void
apply (BhColorScheme *self, GVariant *boxed)
{
  g_autoptr (GVariant) value = g_variant_ref (boxed);

  /* The portal's Read has one box too many. */
  while (g_variant_is_of_type (value, G_VARIANT_TYPE_VARIANT))
    {
      g_autoptr (GVariant) box = g_steal_pointer (&value);

      value = g_variant_get_variant (box);
    }

  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32)
      && g_variant_get_uint32 (value) == PREFER_DARK)
    g_object_set (self->settings, PROPERTY, TRUE, NULL);
  else
    gtk_settings_reset_property (self->settings, PROPERTY);
}

static void
on_setting_changed (GDBusConnection *connection,
                    const char *sender_name,
                    const char *object_path,
                    const char *interface_name,
                    const char *signal_name,
                    GVariant *parameters,
                    gpointer user_data)
{
  g_autoptr (GVariant) value = NULL;
  const char *key;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ssv)")))
    return;

  g_variant_get (parameters, "(&s&sv)", NULL, &key, &value);
  if (g_str_equal (key, KEY))
    apply (BH_COLOR_SCHEME (user_data), value);
}

static void
on_read_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BhColorScheme) self = BH_COLOR_SCHEME (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) value = NULL;

  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  if (reply == NULL)
    {
      g_debug ("the desktop does not say whether it is dark: %s", error->message);
      return;
    }

  g_variant_get (reply, "(v)", &value);
  apply (self, value);
}

static void
bh_color_scheme_dispose (GObject *object)
{
  BhColorScheme *self = BH_COLOR_SCHEME (object);

  g_cancellable_cancel (self->cancellable);
  if (self->subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  self->subscription = 0;
  g_clear_object (&self->bus);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (bh_color_scheme_parent_class)->dispose (object);
}

static void
bh_color_scheme_finalize (GObject *object)
{
  g_object_unref (BH_COLOR_SCHEME (object)->cancellable);

  G_OBJECT_CLASS (bh_color_scheme_parent_class)->finalize (object);
}

static void
bh_color_scheme_class_init (BhColorSchemeClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bh_color_scheme_dispose;
  G_OBJECT_CLASS (klass)->finalize = bh_color_scheme_finalize;
}

static void
bh_color_scheme_init (BhColorScheme *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * bh_color_scheme_new:
 * @bus: the session bus
 * @settings: what is kept as dark as the desktop
 *
 * Returns: (transfer full): what follows the desktop as long as it lives
 */
BhColorScheme *
bh_color_scheme_new (GDBusConnection *bus, GtkSettings *settings)
{
  BhColorScheme *self;

  g_return_val_if_fail (G_IS_DBUS_CONNECTION (bus), NULL);
  g_return_val_if_fail (GTK_IS_SETTINGS (settings), NULL);

  self = g_object_new (BH_TYPE_COLOR_SCHEME, NULL);
  self->bus = g_object_ref (bus);
  self->settings = g_object_ref (settings);
  self->subscription
      = g_dbus_connection_signal_subscribe (bus, PORTAL_NAME, PORTAL_INTERFACE, "SettingChanged",
                                            PORTAL_PATH, NAMESPACE, G_DBUS_SIGNAL_FLAGS_NONE,
                                            on_setting_changed, self, NULL);
  g_dbus_connection_call (bus, PORTAL_NAME, PORTAL_PATH, PORTAL_INTERFACE, "Read",
                          g_variant_new ("(ss)", NAMESPACE, KEY), G_VARIANT_TYPE ("(v)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable, on_read_ready,
                          g_object_ref (self));

  return self;
}
