/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-manifest.h"
#include "bh-paths.h"

G_BEGIN_DECLS

#define BH_TYPE_CATALOGUE_ENTRY (bh_catalogue_entry_get_type ())

typedef struct _BhCatalogueEntry BhCatalogueEntry;

/**
 * BhCatalogueEntry:
 * @source: whose directory it lies in
 * @manifest_path: the absolute path of the manifest
 * @files: the directory that app:// serves, or ""
 * @icon: an absolute path, a URL, or ""
 * @manifest: (nullable): the manifest; %NULL when it can't be used
 * @broken: why it can't be used, or ""
 * @label: what to call it when there is no manifest: the name of its directory or file
 *
 * An app as it lies on disk. Not changed once it is made.
 */
struct _BhCatalogueEntry
{
  BhSource source;
  char *manifest_path;
  char *files;
  char *icon;
  BhManifest *manifest;
  char *broken;
  char *label;
};

GType             bh_catalogue_entry_get_type (void) G_GNUC_CONST;
BhCatalogueEntry *bh_catalogue_entry_load     (BhSource source, const char *path);
BhCatalogueEntry *bh_catalogue_entry_ref      (BhCatalogueEntry *self);
void              bh_catalogue_entry_unref    (BhCatalogueEntry *self);
gboolean          bh_catalogue_entry_equal    (BhCatalogueEntry *a, BhCatalogueEntry *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhCatalogueEntry, bh_catalogue_entry_unref)

#define BH_TYPE_CATALOGUE (bh_catalogue_get_type ())

G_DECLARE_FINAL_TYPE (BhCatalogue, bh_catalogue, BH, CATALOGUE, GObject)

BhCatalogue *bh_catalogue_new         (void);
GPtrArray   *bh_catalogue_get_entries (BhCatalogue *self);
void         bh_catalogue_reload      (BhCatalogue *self);

G_END_DECLS
