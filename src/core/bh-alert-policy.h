/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Microseconds in which nobody is warned of the same of an app again, of its growth in the second. */
#define BH_ALERT_REST      (15 * G_TIME_SPAN_MINUTE)
#define BH_ALERT_LONG_REST G_TIME_SPAN_DAY

/* So many apps that get into trouble within so many microseconds are told of as one. */
#define BH_ALERT_MANY  4
#define BH_ALERT_BURST G_TIME_SPAN_MINUTE

/**
 * BhAlert:
 * @BH_ALERT_NONE: all is well
 * @BH_ALERT_GROWING: its memory has grown for hours
 * @BH_ALERT_CPU_TIME: it has used most of its CPU time
 * @BH_ALERT_MEMORY: it has passed its soft memory limit
 * @BH_ALERT_UNRESPONSIVE: it does not answer
 * @BH_ALERT_ENDED: it was ended for a limit, and comes back
 * @BH_ALERT_ENDED_FOR_GOOD: it was ended for a limit, and does not come back
 * @BH_ALERT_FAILED: it could not be kept running
 *
 * What there is to tell of an app, what matters more last.
 */
typedef enum {
  BH_ALERT_NONE,
  BH_ALERT_GROWING,
  BH_ALERT_CPU_TIME,
  BH_ALERT_MEMORY,
  BH_ALERT_UNRESPONSIVE,
  BH_ALERT_ENDED,
  BH_ALERT_ENDED_FOR_GOOD,
  BH_ALERT_FAILED,
} BhAlert;

typedef struct _BhAlertPolicy BhAlertPolicy;

BhAlertPolicy *bh_alert_policy_new        (void);
void           bh_alert_policy_free       (BhAlertPolicy *self);
void           bh_alert_policy_tell       (BhAlertPolicy *self,
                                           const char    *app,
                                           BhAlert        alert,
                                           gboolean       anew,
                                           gint64         now);
void           bh_alert_policy_forgive    (BhAlertPolicy *self, const char *app);
void           bh_alert_policy_remove     (BhAlertPolicy *self, const char *app);
guint          bh_alert_policy_get_serial (BhAlertPolicy *self, const char *app);
char         **bh_alert_policy_get_group  (BhAlertPolicy *self, guint *serial);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhAlertPolicy, bh_alert_policy_free)

G_END_DECLS
