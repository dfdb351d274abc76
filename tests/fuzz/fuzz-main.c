/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/*
 * Drives a libFuzzer target on machines without libFuzzer: replays the corpus, then feeds the
 * target with mutations of it for a while. It is blind, having no coverage to follow, but it is
 * the same on every machine: the mutation with number N depends on the seed and N alone. When the
 * target aborts, the input is left in a file.
 */

#define MAX_LENGTH   65536
#define MAX_CHANGES  8
#define CRASH_PREFIX "fuzz-crash-"

int LLVMFuzzerInitialize (int *argc, char ***argv);
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static GPtrArray *corpus;     /* GBytes */
static GPtrArray *dictionary; /* GBytes */

/* What is being tried, for the signal handler. */
static const guint8 *current_data;
static gsize current_size;
static char *crash_path;

static void
on_crash (int signal_number)
{
  static const char text[] = "The input that did it was saved: ";
  int fd = open (crash_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  gboolean is_saved = fd >= 0 && write (fd, current_data, current_size) == (gssize) current_size;

  if (is_saved && write (STDERR_FILENO, text, strlen (text)) > 0
      && write (STDERR_FILENO, crash_path, strlen (crash_path)) > 0
      && write (STDERR_FILENO, "\n", 1) > 0)
    fsync (fd);
  signal (signal_number, SIG_DFL);
  raise (signal_number);
}

static void
destroy_bytes (gpointer bytes)
{
  g_bytes_unref (bytes);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static gboolean
load_corpus (const char *path, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, error);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (dir == NULL)
    return FALSE;
  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_build_filename (path, name, NULL));
  /* The order of a directory is not the same everywhere. */
  g_ptr_array_sort (names, compare_names);

  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *contents = NULL;
      gsize length;

      if (!g_file_get_contents (g_ptr_array_index (names, i), &contents, &length, error))
        return FALSE;
      g_ptr_array_add (corpus, g_bytes_new_take (g_steal_pointer (&contents), length));
    }

  return TRUE;
}

/* A line of libFuzzer's dictionaries, name="value", where the value has \\, \" and \xAB. */
static void
load_entry (const char *line)
{
  const char *p = strchr (line, '"');
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  if (*line == '#' || p == NULL)
    return;
  for (p++; *p != '\0' && *p != '"'; p++)
    {
      guint8 byte = (guint8) *p;

      if (*p == '\\' && p[1] == 'x' && g_ascii_isxdigit (p[2]) && g_ascii_isxdigit (p[3]))
        {
          byte = (guint8) (g_ascii_xdigit_value (p[2]) << 4 | g_ascii_xdigit_value (p[3]));
          p += 3;
        }
      else if (*p == '\\' && p[1] != '\0')
        byte = (guint8) * ++p;
      g_byte_array_append (bytes, &byte, 1);
    }
  g_ptr_array_add (dictionary, g_byte_array_free_to_bytes (g_steal_pointer (&bytes)));
}

static gboolean
load_dictionary (const char *path, GError **error)
{
  g_autofree char *contents = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &contents, NULL, error))
    return FALSE;
  lines = g_strsplit (contents, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    load_entry (*line);

  return TRUE;
}

static gsize
random_below (GRand *rand, gsize end)
{
  return (gsize) g_rand_int_range (rand, 0, (gint32) end);
}

static void
insert_bytes (GByteArray *input, gsize at, const guint8 *data, gsize size)
{
  gsize behind = input->len - at;

  if (size == 0)
    return;
  g_byte_array_set_size (input, (guint) (input->len + size));
  memmove (input->data + at + size, input->data + at, behind);
  memcpy (input->data + at, data, size);
}

static void
change_once (GRand *rand, GByteArray *input)
{
  gsize at = random_below (rand, input->len + 1);
  gsize rest = input->len - at;
  gsize length = rest > 0 ? 1 + random_below (rand, MIN (rest, 64)) : 0;
  g_autofree guint8 *copy = NULL;
  const guint8 *data;
  gsize size;
  GBytes *other;

  switch (random_below (rand, 7))
    {
    case 0: /* another byte */
      if (rest > 0)
        input->data[at] = (guint8) random_below (rand, 256);
      break;
    case 1: /* a bit turned over */
      if (rest > 0)
        input->data[at] = (guint8) (input->data[at] ^ 1 << random_below (rand, 8));
      break;
    case 2: /* less */
      if (length > 0)
        g_byte_array_remove_range (input, (guint) at, (guint) length);
      break;
    case 3: /* the same once more, somewhere else */
      copy = g_memdup2 (input->data + at, length);
      insert_bytes (input, random_below (rand, input->len + 1), copy, length);
      break;
    case 4: /* a word of the dictionary */
    case 5:
      if (dictionary->len == 0)
        break;
      other = g_ptr_array_index (dictionary, random_below (rand, dictionary->len));
      data = g_bytes_get_data (other, &size);
      insert_bytes (input, at, data, size);
      break;
    default: /* the end of another file */
      other = g_ptr_array_index (corpus, random_below (rand, corpus->len));
      data = g_bytes_get_data (other, &size);
      if (size > 0)
        {
          gsize from = random_below (rand, size);

          g_byte_array_set_size (input, (guint) at);
          g_byte_array_append (input, data + from, (guint) (size - from));
        }
      break;
    }
}

static void
try_input (const guint8 *data, gsize size)
{
  current_data = data;
  current_size = size;
  LLVMFuzzerTestOneInput (data, size);
}

static void
try_mutation (guint32 seed, guint32 number)
{
  guint32 seeds[] = { seed, number };
  GRand *rand = g_rand_new_with_seed_array (seeds, G_N_ELEMENTS (seeds));
  GBytes *start = g_ptr_array_index (corpus, random_below (rand, corpus->len));
  g_autoptr (GByteArray) input = g_byte_array_new ();
  gsize size;
  const guint8 *data = g_bytes_get_data (start, &size);
  gsize n_changes = 1 + random_below (rand, MAX_CHANGES);

  if (size > 0)
    g_byte_array_append (input, data, (guint) size);
  while (n_changes-- > 0)
    change_once (rand, input);
  try_input (input->data, MIN (input->len, MAX_LENGTH));
  g_rand_free (rand);
}

int
main (int argc, char *argv[])
{
  g_autofree char *dictionary_path = NULL;
  g_auto (GStrv) directories = NULL;
  int seconds = 10;
  int seed = 1;
  const GOptionEntry options[] = {
    { "dictionary", 'd', 0, G_OPTION_ARG_FILENAME, &dictionary_path, "Words to insert", "FILE" },
    { "seconds", 's', 0, G_OPTION_ARG_INT, &seconds, "How long to mutate, 0 to replay", "N" },
    { "seed", 'r', 0, G_OPTION_ARG_INT, &seed, "Which mutations", "N" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &directories, NULL, "CORPUS…" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  guint32 n_mutations = 0;
  gint64 deadline;

  corpus = g_ptr_array_new_with_free_func (destroy_bytes);
  dictionary = g_ptr_array_new_with_free_func (destroy_bytes);
  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error)
      || (dictionary_path != NULL && !load_dictionary (dictionary_path, &error)))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  for (char **path = directories; path != NULL && *path != NULL; path++)
    if (!load_corpus (*path, &error))
      {
        g_printerr ("%s\n", error->message);
        return 2;
      }
  if (corpus->len == 0)
    {
      g_printerr ("There is nothing to begin with: name a directory with a corpus.\n");
      return 2;
    }

  crash_path = g_strdup_printf (CRASH_PREFIX "%d", (int) getpid ());
  signal (SIGABRT, on_crash);
  signal (SIGSEGV, on_crash);
  LLVMFuzzerInitialize (&argc, &argv);

  for (guint i = 0; i < corpus->len; i++)
    {
      GBytes *bytes = g_ptr_array_index (corpus, i);
      gsize size;
      const guint8 *data = g_bytes_get_data (bytes, &size);

      try_input (data, size);
    }
  deadline = g_get_monotonic_time () + seconds * G_GINT64_CONSTANT (1000000);
  while (g_get_monotonic_time () < deadline)
    try_mutation ((guint32) seed, n_mutations++);

  g_print ("%u files of the corpus and %u mutations of them\n", corpus->len, n_mutations);
  g_ptr_array_unref (corpus);
  g_ptr_array_unref (dictionary);
  g_free (crash_path);

  return 0;
}
