/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-app-id.h"
#include "bh-config.h"
#include "bh-shell-app.h"

#include <glib/gi18n.h>

#include <locale.h>

int
main (int argc, char *argv[])
{
  g_autoptr (BhShellApp) app = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, BH_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  /* The window class is what the desktop finds the desktop file by. */
  g_set_prgname (BH_APPLICATION_ID);
  g_set_application_name (_("Bulkhead"));

  app = bh_shell_app_new ();

  return g_application_run (G_APPLICATION (app), argc, argv);
}
