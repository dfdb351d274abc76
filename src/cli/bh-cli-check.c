/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-command.h"
#include "bh-cli-dict.h"
#include "bh-cli-text.h"

#include "bh-manifest.h"

#include <glib/gi18n.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * `check`: what is wrong with a manifest, before anybody installs it. It reads by itself and
 * talks to nobody, so that it works where apps are built and nothing of Bulkhead runs.
 */

#define MANIFEST_NAME  "manifest.json"
#define STANDARD_INPUT "-"

/* What was found out about one argument. */
typedef struct
{
  const char *argument;
  char *shown;
  BhManifest *manifest;
  GError *error;
} Finding;

static void
clear_finding (Finding *finding)
{
  g_free (finding->shown);
  g_clear_pointer (&finding->manifest, bh_manifest_unref);
  g_clear_error (&finding->error);
}

static int
open_manifest (const char *argument, char **path)
{
  struct stat info;
  int fd;
  int manifest_fd;
  int saved_errno;

  *path = g_strdup (argument);
  if (g_str_equal (argument, STANDARD_INPUT))
    return fcntl (STDIN_FILENO, F_DUPFD_CLOEXEC, 0);

  fd = open (argument, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0 || fstat (fd, &info) != 0 || !S_ISDIR (info.st_mode))
    return fd;

  g_free (*path);
  *path = g_build_filename (argument, MANIFEST_NAME, NULL);
  /* A pipe that was named as the argument may be waited for, one that is found here not. */
  manifest_fd = openat (fd, MANIFEST_NAME, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  saved_errno = errno;
  close (fd);
  errno = saved_errno;

  return manifest_fd;
}

/* At most one byte more than a manifest may have: that it is too large is then known, however
 * large it is. */
static gboolean
read_all (int fd, GString *text)
{
  char buffer[16 * 1024];

  while (text->len <= BH_MANIFEST_MAX_SIZE)
    {
      gsize want = MIN (sizeof buffer, BH_MANIFEST_MAX_SIZE + 1 - text->len);
      gssize n = read (fd, buffer, want);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      if (n == 0)
        break;
      g_string_append_len (text, buffer, n);
    }

  return TRUE;
}

static void
check_one (Finding *finding)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *path = NULL;
  g_autofree char *name = NULL;
  gboolean good;
  int fd;

  fd = open_manifest (finding->argument, &path);
  good = fd >= 0 && read_all (fd, text);
  if (!good)
    g_set_error (&finding->error, G_IO_ERROR, g_io_error_from_errno (errno), _("can't be read: %s"),
                 g_strerror (errno));
  if (fd >= 0)
    close (fd);

  name = g_filename_display_name (path);
  finding->shown = bh_cli_text_clean (name);
  if (good)
    finding->manifest = bh_manifest_new_from_data (text->str, (gssize) text->len, &finding->error);
}

static void
print_text (BhCliOutput *output, Finding *finding)
{
  const char *const *warnings;
  g_autofree char *id = NULL;
  g_autofree char *name = NULL;

  if (finding->error != NULL)
    {
      g_autofree char *message = bh_cli_text_clean (finding->error->message);

      /* Translators: a file and what is wrong with it. */
      bh_cli_output_print (output, _("%s: error: %s\n"), finding->shown, message);
      return;
    }

  warnings = bh_manifest_get_warnings (finding->manifest);
  for (guint i = 0; warnings != NULL && warnings[i] != NULL; i++)
    {
      g_autofree char *warning = bh_cli_text_clean (warnings[i]);

      /* Translators: a file and what is odd about it. */
      bh_cli_output_print (output, _("%s: warning: %s\n"), finding->shown, warning);
    }

  id = bh_cli_text_clean (bh_app_id_get_uuid (bh_manifest_get_id (finding->manifest)));
  name = bh_cli_text_clean (bh_manifest_get_name (finding->manifest));
  /* Translators: a file, the name of the app that it describes, the app's id. */
  bh_cli_output_print (output, _("%s: valid, %s (%s)\n"), finding->shown, name, id);
}

static void
build_json (JsonBuilder *builder, Finding *finding)
{
  g_autofree char *file = g_filename_display_name (finding->argument);
  BhManifest *manifest = finding->manifest;

  json_builder_begin_object (builder);
  bh_cli_json_add_string (builder, "file", file);
  bh_cli_json_add_boolean (builder, "valid", manifest != NULL);
  bh_cli_json_add_string (
      builder, "id", manifest != NULL ? bh_app_id_get_uuid (bh_manifest_get_id (manifest)) : NULL);
  bh_cli_json_add_string (builder, "name",
                          manifest != NULL ? bh_manifest_get_name (manifest) : NULL);
  bh_cli_json_add_string (builder, "error",
                          finding->error != NULL ? finding->error->message : NULL);
  bh_cli_json_add_strings (builder, "warnings",
                           manifest != NULL ? bh_manifest_get_warnings (manifest) : NULL);
  json_builder_end_object (builder);
}

/**
 * bh_cli_check:
 * @command: the command
 * @output: where its words go
 * @argv: (array zero-terminated=1): its command line
 *
 * Checks manifests: files, directories that have one, or "-" for the standard input.
 *
 * Returns: the exit code
 */
BhCliExit
bh_cli_check (const BhCliCommand *command, BhCliOutput *output, char **argv)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_auto (GStrv) files = NULL;
  BhCliExit exit_code;

  if (!bh_cli_command_parse (command, output, NULL, argv, &files, &exit_code))
    return exit_code;

  json_builder_begin_array (builder);
  for (guint i = 0; files[i] != NULL; i++)
    {
      Finding finding = { .argument = files[i] };

      check_one (&finding);
      if (finding.error != NULL)
        exit_code = BH_CLI_FAILED;
      if (!bh_cli_output_get_json (output))
        print_text (output, &finding);
      else
        {
          build_json (builder, &finding);
          if (finding.error != NULL)
            bh_cli_output_complain (output, "%s: %s", finding.shown, finding.error->message);
        }
      clear_finding (&finding);
    }
  json_builder_end_array (builder);
  if (bh_cli_output_get_json (output))
    bh_cli_output_print_json (output, builder);

  return exit_code;
}
