/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-chooser"

#include "bh-app-id.h"
#include "bh-chooser.h"
#include "bh-config.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <unistd.h>

/*
 * bulkhead-chooser: lets people choose files for an app that is confined and sees none of theirs.
 * Only the supervisor starts it. The answer goes to the standard output, and what it says is the
 * supervisor's alone to read. When the standard input ends nobody waits for the answer any more.
 */

typedef struct
{
  GMainLoop *loop;
  int status;
} Program;

static gboolean
on_input_ended (int fd, GIOCondition condition, gpointer user_data)
{
  g_main_loop_quit (((Program *) user_data)->loop);

  return G_SOURCE_REMOVE;
}

static gboolean
write_all (const char *text, gsize length)
{
  while (length > 0)
    {
      gssize n = write (STDOUT_FILENO, text, length);

      if (n < 0)
        return FALSE;
      text += n;
      length -= (gsize) n;
    }

  return TRUE;
}

static void
on_response (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  Program *program = user_data;

  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GBytes) answer = bh_chooser_dup_answer (dialog);
      gsize length;
      const char *text = g_bytes_get_data (answer, &length);

      program->status = write_all (text, length) ? 0 : 1;
    }
  g_main_loop_quit (program->loop);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GtkNativeDialog) dialog = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *app_name = NULL;
  g_autofree char *parent = NULL;
  g_auto (GStrv) mime_types = NULL;
  gboolean multiple = FALSE;
  Program program = { NULL, 0 };
  const GOptionEntry entries[] = {
    { "app-name", 0, 0, G_OPTION_ARG_STRING, &app_name, N_("The app that asks"), N_("NAME") },
    { "mime-type", 0, 0, G_OPTION_ARG_STRING_ARRAY, &mime_types,
      N_("Show files of this kind first"), N_("TYPE") },
    { "multiple", 0, 0, G_OPTION_ARG_NONE, &multiple, N_("Let several files be chosen"), NULL },
    { "parent", 0, 0, G_OPTION_ARG_STRING, &parent, N_("The window that asks"), N_("HANDLE") },
    G_OPTION_ENTRY_NULL,
  };

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, BH_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("bulkhead-chooser: %s\n", error->message);
      return 2;
    }
  if (app_name == NULL || argc > 1)
    {
      g_printerr (_("bulkhead-chooser: only the supervisor starts this program\n"));
      return 2;
    }

  g_set_prgname (BH_APPLICATION_ID);
  gdk_set_program_class (BH_APPLICATION_ID);
  if (!gtk_init_check (NULL, NULL))
    {
      g_printerr (_("bulkhead-chooser: no display can be reached\n"));
      return 1;
    }

  gtk_window_set_default_icon_name (BH_APPLICATION_ID);
  program.loop = g_main_loop_new (NULL, FALSE);
  g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_input_ended, &program);
  dialog = bh_chooser_new (app_name, (const char *const *) mime_types, multiple);
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), &program);
  bh_chooser_show (dialog, parent);
  g_main_loop_run (program.loop);
  g_main_loop_unref (program.loop);

  return program.status;
}
