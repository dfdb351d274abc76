/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-app-environment.h"

/*
 * Which variables of the session's environment a confined app may see. People keep passwords and
 * tokens of other programs in there, and it leads to their agents and sessions; nobody can list
 * those. So what passes is listed: what says who and where the user is, what the display, the
 * sound and the network are reached by, and what the libraries look at that show a page.
 */

static const char *const names[] = {
  "ALL_PROXY",
  "AT_SPI_BUS_ADDRESS",
  "DBUS_SESSION_BUS_ADDRESS",
  "DBUS_SYSTEM_BUS_ADDRESS",
  "DESKTOP_SESSION",
  "DISPLAY",
  "DRI_PRIME",
  "FTP_PROXY",
  "HOME",
  "HTTPS_PROXY",
  "HTTP_PROXY",
  "LANG",
  "LANGUAGE",
  "LD_LIBRARY_PATH",
  "LD_PRELOAD",
  "LOCPATH",
  "LOGNAME",
  "NO_AT_BRIDGE",
  "NO_PROXY",
  "PATH",
  "SHELL",
  "SSL_CERT_DIR",
  "SSL_CERT_FILE",
  "TERM",
  "TZ",
  "TZDIR",
  "USER",
  "WAYLAND_DISPLAY",
  "XAUTHORITY",
  "XDG_CACHE_HOME",
  "XDG_CONFIG_DIRS",
  "XDG_CONFIG_HOME",
  "XDG_CURRENT_DESKTOP",
  "XDG_DATA_DIRS",
  "XDG_DATA_HOME",
  "XDG_MENU_PREFIX",
  "XDG_RUNTIME_DIR",
  "XDG_SESSION_CLASS",
  "XDG_SESSION_DESKTOP",
  "XDG_SESSION_ID",
  "XDG_SESSION_TYPE",
  "XDG_STATE_HOME",
  "XMODIFIERS",
  "all_proxy",
  "ftp_proxy",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "vblank_mode",
};

static const char *const prefixes[] = {
  "AMD_",       "ASAN_",       "BH_",       "BULKHEAD_", "CAIRO_", "EGL_",   "FCITX_",
  "FC_",        "FONTCONFIG_", "FREETYPE_", "GALLIUM_",  "GDK_",   "GIO_",   "GNUTLS_",
  "GSETTINGS_", "GST_",        "GTK",       "G_",        "IBUS_",  "INTEL_", "JSC_",
  "LC_",        "LIBGL_",      "LIBVA_",    "LP_",       "LSAN_",  "MESA_",  "NVD_",
  "PANGO_",     "PULSE_",      "RADV_",     "UBSAN_",    "VDPAU_", "VK_",    "WAYLAND_",
  "WEBKIT_",    "XCURSOR_",    "XKB_",      "__EGL_",    "__GLX_", "__GL_",  "__NV_",
};

/**
 * bh_app_environment_passes:
 * @name: the name of a variable
 *
 * Returns: whether a confined app may see it
 */
gboolean
bh_app_environment_passes (const char *name)
{
  g_return_val_if_fail (name != NULL, FALSE);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (name, names[i]))
      return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_has_prefix (name, prefixes[i]))
      return TRUE;

  return FALSE;
}
