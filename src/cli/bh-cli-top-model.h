/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-cli-top-columns.h"

G_BEGIN_DECLS

typedef struct _BhCliTopModel BhCliTopModel;

/**
 * BhCliTopSums:
 * @apps: how many apps run
 * @processes: how many processes they have
 * @memory: bytes that all of them use, negative when nothing is known
 * @cpu: per cent of one core that all of them use, negative when nothing is known
 *
 * What all apps cost together.
 */
typedef struct
{
  guint apps;
  guint processes;
  gint64 memory;
  double cpu;
} BhCliTopSums;

BhCliTopModel *bh_cli_top_model_new  (void);
void           bh_cli_top_model_free (BhCliTopModel *self);

void bh_cli_top_model_set_sample  (BhCliTopModel *self, GVariant *sample, gint64 time);
void bh_cli_top_model_set_machine (BhCliTopModel *self, GVariant *machine);
void bh_cli_top_model_set_sort    (BhCliTopModel *self, BhCliTopColumn column, gboolean reversed);
void bh_cli_top_model_set_filter  (BhCliTopModel *self, const char *text);
void bh_cli_top_model_set_whole   (BhCliTopModel *self, gboolean whole);
void bh_cli_top_model_expand      (BhCliTopModel *self, const char *id, gboolean expanded);
void bh_cli_top_model_expand_all  (BhCliTopModel *self, gboolean expanded);
void bh_cli_top_model_select      (BhCliTopModel *self, guint index);
gboolean bh_cli_top_model_search  (BhCliTopModel *self, const char *text, gboolean next);

GVariant           *bh_cli_top_model_get_machine  (BhCliTopModel *self);
BhCliTopSums        bh_cli_top_model_get_sums     (BhCliTopModel *self);
guint               bh_cli_top_model_get_cores    (BhCliTopModel *self);
BhCliTopColumn      bh_cli_top_model_get_sort     (BhCliTopModel *self);
gboolean            bh_cli_top_model_get_reversed (BhCliTopModel *self);
const char         *bh_cli_top_model_get_filter   (BhCliTopModel *self);
gboolean            bh_cli_top_model_get_whole    (BhCliTopModel *self);
gboolean            bh_cli_top_model_is_expanded  (BhCliTopModel *self, const char *id);
guint               bh_cli_top_model_get_n_rows   (BhCliTopModel *self);
const BhCliTopItem *bh_cli_top_model_get_row      (BhCliTopModel *self, guint index);
guint               bh_cli_top_model_get_selected (BhCliTopModel *self);
const BhCliTopItem *bh_cli_top_model_get_app      (BhCliTopModel *self, guint index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhCliTopModel, bh_cli_top_model_free)

G_END_DECLS
