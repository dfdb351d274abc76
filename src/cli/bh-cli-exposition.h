/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BhCliDialect:
 * @BH_CLI_OPENMETRICS: OpenMetrics 1.0
 * @BH_CLI_PROMETHEUS: the text format of Prometheus, version 0.0.4
 *
 * How metrics are written.
 */
typedef enum {
  BH_CLI_OPENMETRICS,
  BH_CLI_PROMETHEUS,
} BhCliDialect;

/**
 * BhCliMetric:
 * @BH_CLI_METRIC_GAUGE: it goes up and down
 * @BH_CLI_METRIC_COUNTER: it only goes up, until it begins anew
 * @BH_CLI_METRIC_INFO: always 1, what it tells is in its labels
 * @BH_CLI_METRIC_STATES: 1 for the state that something is in, 0 for each other
 *
 * What a metric is.
 */
typedef enum {
  BH_CLI_METRIC_GAUGE,
  BH_CLI_METRIC_COUNTER,
  BH_CLI_METRIC_INFO,
  BH_CLI_METRIC_STATES,
} BhCliMetric;

typedef struct _BhCliExposition BhCliExposition;

BhCliExposition *bh_cli_exposition_new       (BhCliDialect dialect);
void             bh_cli_exposition_free      (BhCliExposition *self);
void             bh_cli_exposition_add_label (BhCliExposition *self,
                                              const char      *name,
                                              const char      *value);
void             bh_cli_exposition_begin     (BhCliExposition *self,
                                              const char      *name,
                                              BhCliMetric      metric,
                                              const char      *unit,
                                              const char      *help);
void             bh_cli_exposition_add       (BhCliExposition *self,
                                              const char      *value,
                                              guint64          created,
                                              ...) G_GNUC_NULL_TERMINATED;
char            *bh_cli_exposition_finish    (BhCliExposition *self);

gboolean bh_cli_exposition_is_label (const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhCliExposition, bh_cli_exposition_free)

G_END_DECLS
