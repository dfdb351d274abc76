/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-id.h"
#include "bh-process-tree.h"
#include "bh-state.h"
#include "bh-suspension.h"

G_BEGIN_DECLS

/* What a record's file is named after the app's slug. */
#define BH_RECORD_SUFFIX ".instance"

#define BH_TYPE_INSTANCE_RECORD (bh_instance_record_get_type ())

typedef struct _BhInstanceRecord BhInstanceRecord;

/**
 * BhInstanceRecord:
 * @uuid: the app
 * @instance: the instance's random name
 * @token: what the runner must know to resume
 * @manifest_path: where the manifest was read
 * @manifest: the manifest's text as it was when the instance started
 * @runner: the process that was started for the runner, PID 0 until it may begin
 * @enclosed: whether that is bubblewrap, and the runner a descendant of it
 * @started_at: microseconds since 1970
 * @limits: its limits, as a text of the type a{sv}
 * @restarts: how often it was started again
 * @back_off: what was counted for the restart policy, as bh_back_off_to_string() gives it
 * @began_at: since when the page has been well, in monotonic microseconds
 * @ending: what it was asked to end for, or is being ended for by us
 * @patience: milliseconds in which it must answer, 0 for any time
 * @suspended: who has suspended it, or is about to
 * @awake: whether its runner stays awake meanwhile
 *
 * What a new supervisor needs to take over an instance from one that died.
 */
struct _BhInstanceRecord
{
  char *uuid;
  char *instance;
  char *token;
  char *manifest_path;
  char *manifest;
  BhProcessKey runner;
  gboolean enclosed;
  gint64 started_at;
  char *limits;
  guint restarts;
  char *back_off;
  gint64 began_at;
  BhReason ending;
  guint patience;
  BhSuspension suspended;
  gboolean awake;
};

GType             bh_instance_record_get_type (void) G_GNUC_CONST;
BhInstanceRecord *bh_instance_record_new      (void);
BhInstanceRecord *bh_instance_record_copy     (BhInstanceRecord *self);
void              bh_instance_record_free     (BhInstanceRecord *self);
gboolean          bh_instance_record_save     (BhInstanceRecord *self,
                                               const char       *directory,
                                               GError          **error);
BhInstanceRecord *bh_instance_record_load     (const char *path, GError **error);
void              bh_instance_record_remove   (const char *directory,
                                               const char *slug,
                                               const char *instance);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhInstanceRecord, bh_instance_record_free)

G_END_DECLS
