/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-desk-choose.h"

#include "bh-desk-files.h"
#include "bh-error.h"
#include "bh-file-name.h"
#include "bh-held-file.h"
#include "bh-launch-context.h"
#include "bh-launch-setup.h"
#include "bh-paths.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * The user chooses files in a program of ours that runs outside the app's confinement
 * (bulkhead-chooser), and the app gets copies. It is told no path of the user's, and its copies
 * are not the user's files: whatever it does to them, those stay as they are.
 *
 * The chooser has our end of a pipe for its standard input and leaves when that closes, so that
 * none stays behind when the app ends, or we do.
 */

#define CHOSEN       "chosen"
#define MAX_TYPES    64
#define MAX_TYPE     128
#define MAX_PARENT   256
#define MAX_FILES    1000
#define MAX_NUMBER   9999
#define RANDOM_BYTES 8
#define SOURCE_FLAGS (O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
#define COPY_FLAGS   (O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC)
#define COPY_MODE    0600

typedef struct
{
  char *root;
  char *instance;
  GSubprocess *chooser;
  gulong cancelled_id;
  int leash;
  GBytes *answer;
} ChooseData;

static void
choose_data_free (ChooseData *data)
{
  if (data->leash >= 0)
    close (data->leash);
  g_clear_object (&data->chooser);
  g_clear_pointer (&data->answer, g_bytes_unref);
  g_free (data->root);
  g_free (data->instance);
  g_free (data);
}

static gboolean
has_only (const char *text, const char *prefix, const char *others)
{
  if (!g_str_has_prefix (text, prefix) || text[strlen (prefix)] == '\0')
    return FALSE;
  for (const char *p = text + strlen (prefix); *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr (others, *p) == NULL)
      return FALSE;

  return TRUE;
}

/* Of RFC 6838, "*" among them. */
static gboolean
is_type (const char *text)
{
  const char *slash = strchr (text, '/');

  return slash != NULL && strlen (text) <= MAX_TYPE && strchr (slash + 1, '/') == NULL
         && has_only (text, "", "/!#$&-^_.+*");
}

static gboolean
is_parent (const char *text)
{
  return strlen (text) <= MAX_PARENT
         && (has_only (text, "x11:", "") || has_only (text, "wayland:", "-_.:"));
}

static void
refuse_option (GError **error, const char *key)
{
  g_set_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT,
               _("The option “%s” can't be used to choose files"), key);
}

static gboolean
add_types (GPtrArray *argv, GVariant *value)
{
  g_autofree const char **types = NULL;
  gsize n;

  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_STRING_ARRAY))
    return FALSE;
  types = g_variant_get_strv (value, &n);
  if (n > MAX_TYPES)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      if (!is_type (types[i]))
        return FALSE;
      g_ptr_array_add (argv, g_strdup_printf ("--mime-type=%s", types[i]));
    }

  return TRUE;
}

static gboolean
add_option (GPtrArray *argv, const char *key, GVariant *value)
{
  if (g_str_equal (key, "multiple") && g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    {
      if (g_variant_get_boolean (value))
        g_ptr_array_add (argv, g_strdup ("--multiple"));
      return TRUE;
    }
  if (g_str_equal (key, "parent") && g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    {
      const char *parent = g_variant_get_string (value, NULL);

      if (*parent != '\0' && !is_parent (parent))
        return FALSE;
      if (*parent != '\0')
        g_ptr_array_add (argv, g_strdup_printf ("--parent=%s", parent));
      return TRUE;
    }

  return g_str_equal (key, "mime-types") && add_types (argv, value);
}

/**
 * bh_desk_choose_parse_options:
 * @chooser: the absolute path of bulkhead-chooser
 * @app_name: the app's name, for people
 * @options: `a{sv}`, as RunnerDesk1.ChooseFiles has it
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the chooser's program and arguments, or %NULL with
 *   %BH_ERROR_INVALID_ARGUMENT
 */
GStrv
bh_desk_choose_parse_options (const char *chooser,
                              const char *app_name,
                              GVariant *options,
                              GError **error)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  GVariantIter iter;
  const char *key;
  GVariant *value;

  g_return_val_if_fail (chooser != NULL && app_name != NULL && options != NULL, NULL);

  g_ptr_array_add (argv, g_strdup (chooser));
  g_ptr_array_add (argv, g_strdup_printf ("--app-name=%s", app_name));
  g_variant_iter_init (&iter, options);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    if (!add_option (argv, key, value))
      {
        refuse_option (error, key);
        g_variant_unref (value);
        return NULL;
      }
  g_ptr_array_add (argv, NULL);

  return (GStrv) g_ptr_array_free (g_steal_pointer (&argv), FALSE);
}

/* Makes an empty file of a name that is free; the name is told. */
static int
make_copy (int directory, const char *wanted, char **name)
{
  int fd = -1;

  for (guint number = 0; fd < 0 && number <= MAX_NUMBER; number++)
    {
      g_free (*name);
      *name = number == 0 ? g_strdup (wanted) : bh_file_name_number (wanted, number);
      fd = openat (directory, *name, COPY_FLAGS, COPY_MODE);
      if (fd < 0 && errno != EEXIST)
        return -1;
    }

  return fd;
}

static void
set_error (GError **error, const char *path, int code)
{
  g_autofree char *shown = g_filename_display_basename (path);

  g_set_error (error, BH_ERROR, BH_ERROR_FAILED, _("“%s” can't be given to the app: %s"), shown,
               g_strerror (code));
}

static char *
copy_open (int directory,
           const char *path,
           int source,
           const struct stat *info,
           GCancellable *cancellable,
           GError **error)
{
  const struct timespec times[] = { info->st_atim, info->st_mtim };
  g_autofree char *base = g_path_get_basename (path);
  /* The file keeps its name, which says something to the app, unless D-Bus can't tell it. */
  g_autofree char *wanted
      = g_utf8_validate (base, -1, NULL) ? g_strdup (base) : bh_file_name_clean (base);
  g_autofree char *name = NULL;
  int target = make_copy (directory, wanted, &name);
  gboolean copied;

  if (target < 0)
    {
      set_error (error, path, errno);
      return NULL;
    }

  copied = bh_desk_files_copy (source, target, (guint64) info->st_size, cancellable, error);
  if (copied)
    futimens (target, times);
  else
    g_prefix_error (error, "%s: ", wanted);
  close (target);

  return copied ? g_steal_pointer (&name) : NULL;
}

/* Returns the name of the copy. */
static char *
copy_file (int directory, const char *path, GCancellable *cancellable, GError **error)
{
  struct stat info;
  int source = open (path, SOURCE_FLAGS);
  char *name = NULL;

  if (source < 0 || fstat (source, &info) != 0)
    {
      set_error (error, path, errno);
    }
  else if (!S_ISREG (info.st_mode))
    {
      g_autofree char *shown = g_filename_display_basename (path);

      g_set_error (error, BH_ERROR, BH_ERROR_FAILED,
                   _("“%s” can't be given to the app: it is not a file"), shown);
    }
  else
    {
      name = copy_open (directory, path, source, &info, cancellable, error);
    }
  if (source >= 0)
    close (source);

  return name;
}

static GPtrArray *
copy_files (ChooseData *data,
            int directory,
            const char *folder,
            GCancellable *cancellable,
            GError **error)
{
  g_autoptr (GPtrArray) copies = g_ptr_array_new_with_free_func (g_free);
  const char *answer, *end;
  gsize length;

  answer = g_bytes_get_data (data->answer, &length);
  end = answer + length;
  /* Each ends with a NUL. */
  for (const char *path = answer; path < end; path += strlen (path) + 1)
    {
      g_autofree char *name = NULL;

      if (memchr (path, '\0', (gsize) (end - path)) == NULL || !g_path_is_absolute (path)
          || copies->len == MAX_FILES)
        {
          g_set_error (error, BH_ERROR, BH_ERROR_FAILED, _("At most %d files can be chosen"),
                       MAX_FILES);
          return NULL;
        }
      name = copy_file (directory, path, cancellable, error);
      if (name == NULL)
        return NULL;
      g_ptr_array_add (copies, g_build_filename (folder, name, NULL));
    }
  g_ptr_array_add (copies, NULL);

  return g_steal_pointer (&copies);
}

static void
copy_chosen (GTask *task)
{
  ChooseData *data = g_task_get_task_data (task);
  g_autofree char *random = bh_launch_setup_random_name (RANDOM_BYTES);
  const char *const names[] = { BH_DESK_DIRECTORY, data->instance, CHOSEN, random, NULL };
  g_autofree char *folder
      = g_build_filename (data->root, BH_DESK_DIRECTORY, data->instance, CHOSEN, random, NULL);
  GPtrArray *copies = NULL;
  GError *error = NULL;
  int directory = bh_desk_files_make_directory (data->root, names, &error);

  if (directory >= 0)
    {
      copies = copy_files (data, directory, folder, g_task_get_cancellable (task), &error);
      close (directory);
    }

  if (copies == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_ptr_array_free (copies, FALSE), (GDestroyNotify) g_strfreev);
}

static void
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  g_subprocess_force_exit (G_SUBPROCESS (user_data));
}

static void
on_communicate_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ChooseData *data = g_task_get_task_data (task);
  GSubprocess *chooser = G_SUBPROCESS (source);
  g_autoptr (GError) error = NULL;

  g_subprocess_communicate_finish (chooser, result, &data->answer, NULL, &error);
  g_cancellable_disconnect (g_task_get_cancellable (task), data->cancelled_id);
  if (g_task_return_error_if_cancelled (task))
    return;

  if (error != NULL)
    g_task_return_new_error (task, BH_ERROR, BH_ERROR_FAILED, "%s", error->message);
  else if (!g_subprocess_get_successful (chooser))
    g_task_return_new_error (task, BH_ERROR, BH_ERROR_FAILED,
                             _("The file chooser has failed. Please try again."));
  else if (data->answer == NULL || g_bytes_get_size (data->answer) == 0)
    g_task_return_pointer (task, g_new0 (char *, 1), (GDestroyNotify) g_strfreev);
  else
    bh_desk_files_run_in_thread (g_steal_pointer (&task), copy_chosen);
}

/* Runs between fork and exec. */
static void
set_up_child (gpointer user_data)
{
  bh_held_file_restore_limit ();
}

static GSubprocess *
start_chooser (const char *const *argv, int *leash, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_auto (GStrv) environment = bh_launch_context_clean_environ (g_get_environ ());
  int ends[2];

  if (!g_unix_open_pipe (ends, FD_CLOEXEC, error))
    return NULL;

  *leash = ends[1];
  g_subprocess_launcher_take_stdin_fd (launcher, ends[0]);
  g_subprocess_launcher_set_environ (launcher, environment);
  g_subprocess_launcher_set_child_setup (launcher, set_up_child, NULL, NULL);

  return g_subprocess_launcher_spawnv (launcher, argv, error);
}

/**
 * bh_desk_choose_async:
 * @argv: as bh_desk_choose_parse_options() made it
 * @root: the app's cache directory
 * @instance: the random name of the instance
 * @cancellable: a cancellable, which ends the chooser, too
 * @callback: (scope async): called when the user has chosen and the files are copied
 * @user_data: for @callback
 *
 * Lets the user choose files, and copies them to where the instance sees them.
 */
void
bh_desk_choose_async (const char *const *argv,
                      const char *root,
                      const char *instance,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  ChooseData *data;
  GError *error = NULL;

  g_return_if_fail (argv != NULL && root != NULL && instance != NULL);
  g_return_if_fail (G_IS_CANCELLABLE (cancellable));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, bh_desk_choose_async);
  data = g_new0 (ChooseData, 1);
  data->leash = -1;
  data->root = g_strdup (root);
  data->instance = g_strdup (instance);
  g_task_set_task_data (task, data, (GDestroyNotify) choose_data_free);

  data->chooser = start_chooser (argv, &data->leash, &error);
  if (data->chooser == NULL)
    {
      g_task_return_new_error (task, BH_ERROR, BH_ERROR_FAILED,
                               _("The file chooser can't be started: %s"), error->message);
      g_error_free (error);
      return;
    }
  data->cancelled_id = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled),
                                              g_object_ref (data->chooser), g_object_unref);
  g_subprocess_communicate_async (data->chooser, NULL, NULL, on_communicate_ready,
                                  g_steal_pointer (&task));
}

/**
 * bh_desk_choose_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable) (array zero-terminated=1): the paths of the copies, none when
 *   the user chose nothing; or %NULL with %BH_ERROR_FAILED or %G_IO_ERROR_CANCELLED
 */
char **
bh_desk_choose_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, bh_desk_choose_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
