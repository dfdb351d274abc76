/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define BH_TYPE_CLOCK (bh_clock_get_type ())

G_DECLARE_DERIVABLE_TYPE (BhClock, bh_clock, BH, CLOCK, GObject)

struct _BhClockClass
{
  GObjectClass parent_class;

  gint64 (*get_time) (BhClock *self);
  guint (*add_timer) (BhClock *self, guint milliseconds, GSourceFunc callback, gpointer user_data);
  void (*remove_timer) (BhClock *self, guint id);
  gint64 (*get_asleep) (BhClock *self);
  gint64 (*get_real_time) (BhClock *self);
};

BhClock *bh_clock_new          (void);
gint64   bh_clock_get_time     (BhClock *self);
guint    bh_clock_add_timer    (BhClock    *self,
                                guint       milliseconds,
                                GSourceFunc callback,
                                gpointer    user_data);
void     bh_clock_remove_timer (BhClock *self, guint id);
void     bh_clock_clear_timer  (BhClock *self, guint *id);
gint64   bh_clock_get_asleep   (BhClock *self);
gint64   bh_clock_get_real_time (BhClock *self);

#define BH_TYPE_MANUAL_CLOCK (bh_manual_clock_get_type ())

G_DECLARE_FINAL_TYPE (BhManualClock, bh_manual_clock, BH, MANUAL_CLOCK, BhClock)

BhManualClock *bh_manual_clock_new      (void);
void           bh_manual_clock_advance  (BhManualClock *self, guint milliseconds);
void           bh_manual_clock_stall    (BhManualClock *self, guint milliseconds);
void           bh_manual_clock_sleep    (BhManualClock *self, guint milliseconds);
void           bh_manual_clock_set_back (BhManualClock *self, guint milliseconds);

G_END_DECLS
