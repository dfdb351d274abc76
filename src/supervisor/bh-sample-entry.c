/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-sample-entry.h"

#include <string.h>

/*
 * Most figures of most processes are the same as a second ago. So a dictionary keeps its pairs, and
 * makes anew only those that have changed; when none has, it is the same GVariant as before. A
 * figure that many have, such as one thread or no swap, is one pair for all of them.
 *
 * Keys are string constants: they are told apart by their addresses.
 */

/* Pairs that are kept for all, a power of 2. The one that came last has the place. */
#define N_WORDS 1024

typedef struct
{
  const char *key;
  char type; /* as in a GVariant's type string */
  union
  {
    guint64 bits;     /* of a figure */
    const char *text; /* in the pair */
    GVariant *value;  /* in the pair, of anything else */
  };
  GVariant *pair;
} Slot;

struct _BhSampleWords
{
  Slot slots[N_WORDS];
  GHashTable *keys; /* key → GVariant, the key as a string */
};

struct _BhSampleEntry
{
  BhSampleWords *words; /* not owned */
  GArray *slots;        /* of Slot */
  guint used;
  gboolean changed;
  GVariant *whole;
};

static void
clear_slot (gpointer data)
{
  Slot *slot = data;

  g_clear_pointer (&slot->pair, g_variant_unref);
}

/**
 * bh_sample_words_new:
 *
 * Returns: (transfer full): room for pairs that are shared
 */
BhSampleWords *
bh_sample_words_new (void)
{
  BhSampleWords *self = g_new0 (BhSampleWords, 1);

  self->keys = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_variant_unref);

  return self;
}

/**
 * bh_sample_words_free:
 * @self: (transfer full): pairs that are shared, by no entry any more
 *
 * Frees them.
 */
void
bh_sample_words_free (BhSampleWords *self)
{
  g_return_if_fail (self != NULL);

  for (guint i = 0; i < N_WORDS; i++)
    clear_slot (&self->slots[i]);
  g_hash_table_unref (self->keys);
  g_free (self);
}

static GVariant *
make_pair (BhSampleWords *self, const char *key, GVariant *value)
{
  GVariant *word = g_hash_table_lookup (self->keys, key);

  if (word == NULL)
    {
      word = g_variant_ref_sink (g_variant_new_string (key));
      g_hash_table_insert (self->keys, GSIZE_TO_POINTER (GPOINTER_TO_SIZE (key)), word);
    }

  return g_variant_ref_sink (g_variant_new_dict_entry (word, g_variant_new_variant (value)));
}

static GVariant *
make_figure (char type, guint64 bits)
{
  double number;

  switch (type)
    {
    case 'b':
      return g_variant_new_boolean (bits != 0);
    case 'u':
      return g_variant_new_uint32 ((guint32) bits);
    case 't':
      return g_variant_new_uint64 (bits);
    default:
      g_assert (type == 'd');
      memcpy (&number, &bits, sizeof number);
      return g_variant_new_double (number);
    }
}

/* The place for a value of a key, as its bits or hash tell. */
static Slot *
find_word (BhSampleWords *self, const char *key, guint64 bits)
{
  /* Multiplied by 2^64 divided by the golden ratio, so that the upper bits depend on all. */
  guint64 mixed
      = (bits ^ (guint64) GPOINTER_TO_SIZE (key)) * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15);

  G_STATIC_ASSERT (N_WORDS == 1 << (64 - 54));

  return &self->slots[mixed >> 54];
}

static GVariant *
get_pair (BhSampleWords *self, const char *key, char type, guint64 bits)
{
  Slot *slot = find_word (self, key, bits);

  if (slot->key != key || slot->type != type || slot->bits != bits)
    {
      clear_slot (slot);
      *slot = (Slot){ .key = key, .type = type, .bits = bits };
      slot->pair = make_pair (self, key, make_figure (type, bits));
    }

  return g_variant_ref (slot->pair);
}

/**
 * bh_sample_entry_new:
 * @words: pairs to share, which must outlive the entry
 *
 * Returns: (transfer full): an empty dictionary
 */
BhSampleEntry *
bh_sample_entry_new (BhSampleWords *words)
{
  BhSampleEntry *self = g_new0 (BhSampleEntry, 1);

  g_return_val_if_fail (words != NULL, self);

  self->words = words;
  self->slots = g_array_new (FALSE, TRUE, sizeof (Slot));
  g_array_set_clear_func (self->slots, clear_slot);

  return self;
}

/**
 * bh_sample_entry_free:
 * @self: (transfer full): an entry
 *
 * Frees it.
 */
void
bh_sample_entry_free (BhSampleEntry *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->whole, g_variant_unref);
  g_array_unref (self->slots);
  g_free (self);
}

/**
 * bh_sample_entry_begin:
 * @self: an entry
 *
 * Begins to put it together. What was in it before and is not set again is left out.
 */
void
bh_sample_entry_begin (BhSampleEntry *self)
{
  g_return_if_fail (self != NULL);

  self->used = 0;
  self->changed = self->whole == NULL;
}

/* The place for the next pair. What is set in the same order as before is found there. */
static Slot *
get_slot (BhSampleEntry *self)
{
  if (self->used == self->slots->len)
    g_array_set_size (self->slots, self->used + 1);

  return &g_array_index (self->slots, Slot, self->used++);
}

static void
set_figure (BhSampleEntry *self, const char *key, char type, guint64 bits)
{
  Slot *slot = get_slot (self);

  if (slot->key == key && slot->type == type && slot->bits == bits)
    return;
  clear_slot (slot);
  *slot = (Slot){ .key = key, .type = type, .bits = bits };
  slot->pair = get_pair (self->words, key, type, bits);
  self->changed = TRUE;
}

/**
 * bh_sample_entry_set_boolean:
 * @self: an entry that is put together
 * @key: a string constant
 * @value: its value
 *
 * Adds a pair.
 */
void
bh_sample_entry_set_boolean (BhSampleEntry *self, const char *key, gboolean value)
{
  g_return_if_fail (self != NULL && key != NULL);

  set_figure (self, key, 'b', value ? 1 : 0);
}

/**
 * bh_sample_entry_set_uint32:
 * @self: an entry that is put together
 * @key: a string constant
 * @value: its value
 *
 * Adds a pair.
 */
void
bh_sample_entry_set_uint32 (BhSampleEntry *self, const char *key, guint32 value)
{
  g_return_if_fail (self != NULL && key != NULL);

  set_figure (self, key, 'u', value);
}

/**
 * bh_sample_entry_set_uint64:
 * @self: an entry that is put together
 * @key: a string constant
 * @value: its value
 *
 * Adds a pair.
 */
void
bh_sample_entry_set_uint64 (BhSampleEntry *self, const char *key, guint64 value)
{
  g_return_if_fail (self != NULL && key != NULL);

  set_figure (self, key, 't', value);
}

/**
 * bh_sample_entry_set_double:
 * @self: an entry that is put together
 * @key: a string constant
 * @value: its value
 *
 * Adds a pair.
 */
void
bh_sample_entry_set_double (BhSampleEntry *self, const char *key, double value)
{
  guint64 bits;

  g_return_if_fail (self != NULL && key != NULL);

  memcpy (&bits, &value, sizeof bits);
  set_figure (self, key, 'd', bits);
}

static gboolean
has_text (Slot *slot, const char *key, char type, const char *text)
{
  return slot->key == key && slot->type == type && strcmp (slot->text, text) == 0;
}

static GVariant *
make_text (char type, const char *text)
{
  return type == 'o' ? g_variant_new_object_path (text)
                     : g_variant_new_take_string (g_utf8_make_valid (text, -1));
}

static void
set_text (BhSampleEntry *self, const char *key, char type, const char *text)
{
  Slot *slot = get_slot (self);
  Slot *word;

  if (has_text (slot, key, type, text))
    return;
  word = find_word (self->words, key, g_str_hash (text));
  if (!has_text (word, key, type, text))
    {
      GVariant *value = make_text (type, text);

      clear_slot (word);
      *word = (Slot){ .key = key, .type = type, .text = g_variant_get_string (value, NULL) };
      word->pair = make_pair (self->words, key, value);
    }
  clear_slot (slot);
  *slot = *word;
  g_variant_ref (slot->pair);
  self->changed = TRUE;
}

/**
 * bh_sample_entry_set_string:
 * @self: an entry that is put together
 * @key: a string constant
 * @value: its value; what is not UTF-8 in it is replaced
 *
 * Adds a pair.
 */
void
bh_sample_entry_set_string (BhSampleEntry *self, const char *key, const char *value)
{
  g_return_if_fail (self != NULL && key != NULL && value != NULL);

  set_text (self, key, 's', value);
}

/**
 * bh_sample_entry_set_path:
 * @self: an entry that is put together
 * @key: a string constant
 * @value: an object path
 *
 * Adds a pair.
 */
void
bh_sample_entry_set_path (BhSampleEntry *self, const char *key, const char *value)
{
  g_return_if_fail (self != NULL && key != NULL && value != NULL);

  set_text (self, key, 'o', value);
}

/**
 * bh_sample_entry_set_value:
 * @self: an entry that is put together
 * @key: a string constant
 * @value: (transfer floating): its value; the cheapest to compare is the very one of before
 *
 * Adds a pair.
 */
void
bh_sample_entry_set_value (BhSampleEntry *self, const char *key, GVariant *value)
{
  g_autoptr (GVariant) taken = NULL;
  Slot *slot;

  g_return_if_fail (self != NULL && key != NULL && value != NULL);

  taken = g_variant_ref_sink (value);
  slot = get_slot (self);
  if (slot->key == key && slot->type == 'v' && slot->value == value)
    return;
  clear_slot (slot);
  *slot = (Slot){ .key = key, .type = 'v', .value = value };
  slot->pair = make_pair (self->words, key, value);
  self->changed = TRUE;
}

/**
 * bh_sample_entry_end:
 * @self: an entry
 *
 * Ends what bh_sample_entry_begin() began.
 *
 * Returns: (transfer none): an a{sv}, the same as before if nothing has changed
 */
GVariant *
bh_sample_entry_end (BhSampleEntry *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->used < self->slots->len)
    {
      g_array_set_size (self->slots, self->used);
      self->changed = TRUE;
    }
  if (self->changed)
    {
      g_autofree GVariant **pairs = g_new (GVariant *, self->used + 1);

      for (guint i = 0; i < self->used; i++)
        pairs[i] = g_array_index (self->slots, Slot, i).pair;
      g_clear_pointer (&self->whole, g_variant_unref);
      self->whole
          = g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("{sv}"), pairs, self->used));
      self->changed = FALSE;
    }

  return self->whole;
}
