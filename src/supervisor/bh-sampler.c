/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-sampler.h"

#include "bh-app-figures.h"
#include "bh-process-figures.h"

/*
 * Measures instances, in three steps: it reads of all processes what is cheap to read, then of some
 * of them the exact memory, and then writes it all down.
 *
 * The exact memory costs about 1 ms of a WebKit process. A periodic sample reads it of as many as
 * its budget allows: of the apps that are near a memory limit first, then those whose figure is the
 * oldest, and none that has done nothing since. The others' last figure is moved by what their
 * resident minus shared memory has changed, which costs a microsecond. Of the app that somebody
 * looks at it is read in any case.
 */

/* Microseconds within which two samples are made of the same figures. */
#define SAME_MOMENT (20 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  BhAppFigures *figures; /* not owned */
  char *name;
} Entry;

struct _BhSampler
{
  GObject parent_instance;

  BhClock *clock;
  BhProcessScanner *scanner;
  BhSampleWords *words;
  GHashTable *apps; /* BhInstance → BhAppFigures */
  guint look;
  gint64 looked_at;
  BhSampleObserver observer;
  gpointer observer_data;

  /* Of the sample under way. */
  const BhSampleRequest *request;
  gint64 budget_end;
  GArray *entries; /* of Entry */
};

G_DEFINE_FINAL_TYPE (BhSampler, bh_sampler, G_TYPE_OBJECT)

static void
clear_entry (gpointer data)
{
  Entry *entry = data;

  g_free (entry->name);
}

static void
bh_sampler_finalize (GObject *object)
{
  BhSampler *self = BH_SAMPLER (object);

  g_clear_pointer (&self->entries, g_array_unref);
  g_clear_pointer (&self->apps, g_hash_table_unref);
  g_clear_pointer (&self->words, bh_sample_words_free);
  g_clear_object (&self->scanner);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (bh_sampler_parent_class)->finalize (object);
}

static void
bh_sampler_class_init (BhSamplerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = bh_sampler_finalize;
}

static void
bh_sampler_init (BhSampler *self)
{
  self->words = bh_sample_words_new ();
  self->apps = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) bh_app_figures_free);
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_array_set_clear_func (self->entries, clear_entry);
}

/**
 * bh_sampler_new:
 * @clock: tells the time between samples
 * @scanner: finds processes
 *
 * Returns: (transfer full): a sampler
 */
BhSampler *
bh_sampler_new (BhClock *clock, BhProcessScanner *scanner)
{
  BhSampler *self = g_object_new (BH_TYPE_SAMPLER, NULL);

  self->clock = g_object_ref (clock);
  self->scanner = g_object_ref (scanner);

  return self;
}

/**
 * bh_sampler_set_observer:
 * @self: a sampler
 * @observer: (scope forever): called for each running instance of each sample
 * @user_data: for @observer; not referenced
 *
 * Lets somebody hear of all samples.
 */
void
bh_sampler_set_observer (BhSampler *self, BhSampleObserver observer, gpointer user_data)
{
  g_return_if_fail (BH_IS_SAMPLER (self) && observer != NULL);

  self->observer = observer;
  self->observer_data = user_data;
}

/**
 * bh_sampler_begin:
 * @self: a sampler
 * @request: what is wanted; kept until bh_sampler_end()
 *
 * Begins a sample: reads which processes there are.
 */
void
bh_sampler_begin (BhSampler *self, const BhSampleRequest *request)
{
  gint64 now;

  g_return_if_fail (BH_IS_SAMPLER (self) && request != NULL && request->base != NULL);

  self->request = request;
  self->budget_end = g_get_monotonic_time () + request->budget;
  g_array_set_size (self->entries, 0);

  now = bh_clock_get_time (self->clock);
  if (self->look == 0 || now - self->looked_at >= SAME_MOMENT || request->depth == BH_SAMPLE_EXACT)
    {
      if (request->depth == BH_SAMPLE_EXACT)
        bh_process_scanner_refresh (self->scanner);
      else
        bh_process_scanner_look (self->scanner, now, 0);
      self->look++;
      self->looked_at = now;
    }
  bh_sample_base_begin (request->base, self->looked_at);
}

static gboolean
is_among (BhAppFigures *figures, GPtrArray *paths)
{
  const char *path = bh_app_figures_get_path (figures);

  for (guint i = 0; paths != NULL && i < paths->len; i++)
    if (g_str_equal (g_ptr_array_index (paths, i), path))
      return TRUE;

  return FALSE;
}

/**
 * bh_sampler_add:
 * @self: a sampler, after bh_sampler_begin()
 * @instance: what to measure
 * @name: the app's name, for people
 *
 * Adds an instance to the sample.
 */
void
bh_sampler_add (BhSampler *self, BhInstance *instance, const char *name)
{
  BhAppFigures *figures;
  Entry entry;

  g_return_if_fail (BH_IS_SAMPLER (self) && self->request != NULL);

  figures = g_hash_table_lookup (self->apps, instance);
  if (figures == NULL)
    {
      figures = bh_app_figures_new (instance, self->words);
      g_hash_table_insert (self->apps, instance, figures);
    }
  if (bh_app_figures_get_last_look (figures) != self->look)
    bh_app_figures_look (figures, self->look,
                         self->request->depth == BH_SAMPLE_EXACT
                             || is_among (figures, self->request->focus));
  entry = (Entry){ .figures = figures, .name = g_strdup (name) };
  g_array_append_val (self->entries, entry);
}

static int
compare_urgency (gconstpointer a, gconstpointer b)
{
  const BhProcessFigures *left = *(BhProcessFigures *const *) a;
  const BhProcessFigures *right = *(BhProcessFigures *const *) b;

  if (left->priority != right->priority)
    return left->priority > right->priority ? -1 : 1;

  return left->tried_at < right->tried_at ? -1 : left->tried_at > right->tried_at;
}

/* Reads those that are wanted in any case, and returns the others that are due. */
static GPtrArray *
look_at_wanted (BhSampler *self)
{
  GPtrArray *due = g_ptr_array_new ();

  for (guint i = 0; i < self->entries->len; i++)
    {
      BhAppFigures *figures = g_array_index (self->entries, Entry, i).figures;
      GPtrArray *processes = bh_app_figures_get_processes (figures);
      gboolean wanted
          = self->request->depth == BH_SAMPLE_EXACT || is_among (figures, self->request->focus);
      int priority = bh_app_figures_is_near_limit (figures);

      for (guint j = 0; j < processes->len; j++)
        {
          BhProcessFigures *process = g_ptr_array_index (processes, j);

          process->priority = priority;
          if (wanted)
            bh_process_figures_look_exactly (process, self->looked_at);
          else if (bh_process_figures_is_due (process, self->looked_at))
            g_ptr_array_add (due, process);
        }
    }

  return due;
}

static void
look_exactly (BhSampler *self)
{
  g_autoptr (GPtrArray) due = NULL;

  if (self->request->depth == BH_SAMPLE_CHEAP)
    return;
  due = look_at_wanted (self);
  if (due->len > 1)
    g_ptr_array_sort (due, compare_urgency);
  /* One in any case, so that it gets somewhere. */
  for (guint i = 0; i < due->len && (i == 0 || g_get_monotonic_time () < self->budget_end); i++)
    bh_process_figures_look_exactly (g_ptr_array_index (due, i), self->looked_at);
}

/**
 * bh_sampler_end:
 * @self: a sampler
 *
 * Ends a sample: forgets what was not part of it.
 *
 * Returns: (transfer floating): aa{sv} as Supervisor1.Sampled has it
 */
GVariant *
bh_sampler_end (BhSampler *self)
{
  g_autofree GVariant **apps = NULL;
  GHashTableIter iter;
  BhFigures figures;
  gpointer value;

  g_return_val_if_fail (BH_IS_SAMPLER (self) && self->request != NULL, NULL);

  look_exactly (self);
  apps = g_new (GVariant *, self->entries->len + 1);
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = &g_array_index (self->entries, Entry, i);

      apps[i] = bh_app_figures_write (entry->figures, entry->name, self->request->base,
                                      self->request->processes == NULL
                                          || is_among (entry->figures, self->request->processes));
      if (self->observer != NULL && bh_app_figures_get_figures (entry->figures, &figures))
        self->observer (&figures, self->observer_data);
    }
  bh_sample_base_end (self->request->base);

  g_hash_table_iter_init (&iter, self->apps);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (bh_app_figures_get_last_look (value) != self->look)
      g_hash_table_iter_remove (&iter);
  self->request = NULL;

  return g_variant_new_array (G_VARIANT_TYPE_VARDICT, apps, self->entries->len);
}

/**
 * bh_sampler_release:
 * @self: a sampler
 *
 * Closes the files that are held open for processes: when no app runs the next sample, which would
 * forget those that have ended, may never come.
 */
void
bh_sampler_release (BhSampler *self)
{
  GHashTableIter iter;
  gpointer value;

  g_return_if_fail (BH_IS_SAMPLER (self));

  g_hash_table_iter_init (&iter, self->apps);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      GPtrArray *processes = bh_app_figures_get_processes (value);

      for (guint i = 0; i < processes->len; i++)
        bh_process_figures_release (g_ptr_array_index (processes, i));
    }
}
