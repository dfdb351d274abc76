/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BhSampleWords:
 *
 * Pairs of a key and a value, so that entries with the same ones share them.
 */
typedef struct _BhSampleWords BhSampleWords;

/**
 * BhSampleEntry:
 *
 * A dictionary a{sv} that is put together again and again, mostly with what it had before.
 */
typedef struct _BhSampleEntry BhSampleEntry;

BhSampleWords *bh_sample_words_new  (void);
void           bh_sample_words_free (BhSampleWords *self);

BhSampleEntry *bh_sample_entry_new  (BhSampleWords *words);
void           bh_sample_entry_free (BhSampleEntry *self);

void      bh_sample_entry_begin       (BhSampleEntry *self);
void      bh_sample_entry_set_boolean (BhSampleEntry *self, const char *key, gboolean value);
void      bh_sample_entry_set_uint32  (BhSampleEntry *self, const char *key, guint32 value);
void      bh_sample_entry_set_uint64  (BhSampleEntry *self, const char *key, guint64 value);
void      bh_sample_entry_set_double  (BhSampleEntry *self, const char *key, double value);
void      bh_sample_entry_set_string  (BhSampleEntry *self, const char *key, const char *value);
void      bh_sample_entry_set_path    (BhSampleEntry *self, const char *key, const char *value);
void      bh_sample_entry_set_value   (BhSampleEntry *self, const char *key, GVariant *value);
GVariant *bh_sample_entry_end         (BhSampleEntry *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhSampleWords, bh_sample_words_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhSampleEntry, bh_sample_entry_free)

G_END_DECLS
